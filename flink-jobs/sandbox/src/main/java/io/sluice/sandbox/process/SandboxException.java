package io.sluice.sandbox.process;

/** What went wrong with the local stack, in one sentence for the person who started it. */
public final class SandboxException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** A sentence that states the problem, its place and the remedy. */
  public SandboxException(String sentence) {
    super(sentence);
  }

  /** A failure with its cause, which goes to a log and not to the person. */
  public SandboxException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
