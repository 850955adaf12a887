package io.sluice.runtime.codec;

/**
 * A record that cannot be decoded: the rule and, as message, what is wrong in one sentence. It
 * carries no stack trace, because a topic may hold millions of such records.
 */
public final class CodecException extends Exception {
  private static final long serialVersionUID = 1L;

  private final DecodeRule rule;

  public CodecException(DecodeRule rule, String message) {
    this(rule, message, null);
  }

  public CodecException(DecodeRule rule, String message, Throwable cause) {
    super(message, cause, false, false);
    this.rule = rule;
  }

  /** What a reject of this record names as its rule. */
  public DecodeRule rule() {
    return rule;
  }
}
