package io.sluice.sandbox.rest;

/** A request that Flink refused or could not serve, in one sentence with Flink's root cause. */
public final class FlinkRestException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;

  FlinkRestException(String sentence, int status) {
    super(sentence);
    this.status = status;
  }

  FlinkRestException(String sentence, Throwable cause) {
    super(sentence, cause);
    this.status = 0;
  }

  /** HTTP status of the answer; 0 if there was none. */
  public int status() {
    return status;
  }
}
