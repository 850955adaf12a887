package io.sluice.cli.produce;

import java.io.Closeable;

/** Takes messages for one topic. */
public interface MessageSink extends Closeable {

  /**
   * Hands a message over; it may be acknowledged later.
   *
   * @param key null for a message without one
   * @throws io.sluice.cli.CommandFailure if an earlier message could not be delivered
   */
  void send(byte[] key, byte[] value);

  /**
   * Waits until every message is acknowledged.
   *
   * @throws io.sluice.cli.CommandFailure if one could not be delivered
   */
  void flush();

  /** Messages acknowledged so far. */
  long acknowledged();

  @Override
  void close();
}
