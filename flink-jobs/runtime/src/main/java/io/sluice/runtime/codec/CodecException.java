package io.sluice.runtime.codec;

/**
 * A record that cannot be decoded: the rule and, as message, what is wrong in one sentence. It
 * carries no stack trace, because a topic may hold millions of such records.
 */
public final class CodecException extends Exception {
  private static final long serialVersionUID = 1L;

  private final DecodeRule rule;
  private final String field;

  public CodecException(DecodeRule rule, String message) {
    this(rule, message, null);
  }

  public CodecException(DecodeRule rule, String message, Throwable cause) {
    this(rule, "", message, cause);
  }

  private CodecException(DecodeRule rule, String field, String message, Throwable cause) {
    super(message, cause, false, false);
    this.rule = rule;
    this.field = field;
  }

  /** This fault seen from one level up: rules about one value name the path of its field. */
  CodecException in(String name) {
    return rule == DecodeRule.RANGE
        ? new CodecException(
            rule, field.isEmpty() ? name : name + "." + field, getMessage(), getCause())
        : this;
  }

  /** The kind of fault. */
  public DecodeRule rule() {
    return rule;
  }

  /** What a reject of this record names as its rule: {@code corrupt}, {@code range:event_ts}. */
  public String ruleId() {
    return field.isEmpty() ? rule.id() : rule.id() + ":" + field;
  }
}
