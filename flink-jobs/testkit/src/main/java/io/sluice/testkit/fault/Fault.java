package io.sluice.testkit.fault;

/** What {@link FaultyS3} does to a request instead of passing it on and its reply back. */
public enum Fault {
  /** 503 SlowDown; the server never sees the request. */
  SLOW_DOWN(false),
  /** 500 InternalError; the server never sees the request. */
  INTERNAL_ERROR(false),
  /** 409 ConditionalRequestConflict; the server never sees the request. For conditional puts. */
  CONFLICT(true),
  /** 409 ConditionalRequestConflict, although the server has done it. For conditional puts. */
  CONFLICT_WHEN_DONE(true),
  /** The server has done it, and the connection ends without a reply. */
  LOST_REPLY(false),
  /** The connection to the server ends in the middle of the request's body, then the client's. */
  CUT_REQUEST(false),
  /** The connection ends in the middle of the reply's body. */
  CUT_REPLY(false),
  /** Nothing is answered for the time of {@link FaultyS3#hangFor}, then the connection ends. */
  HANG(false);

  private final boolean conditional;

  Fault(boolean conditional) {
    this.conditional = conditional;
  }

  /** Whether it can happen to the request: a conflict only to one with a condition. */
  boolean fits(S3Request request) {
    return !conditional || request.isConditional();
  }
}
