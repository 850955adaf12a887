package io.sluice.cli.platform;

import java.io.Closeable;
import java.util.function.Consumer;

/** Takes messages for one topic. */
public interface MessageSink extends Closeable {

  /**
   * Hands a message over; it may be acknowledged later.
   *
   * @param key null for a message without one
   * @param refused is told, perhaps later and by another thread, when the topic refuses this
   *     message for what it is; the other messages go on
   * @throws io.sluice.cli.text.CommandFailure if an earlier message could not be delivered
   */
  void send(byte[] key, byte[] value, Consumer<Problem> refused);

  /**
   * Waits until every message is acknowledged or refused.
   *
   * @throws io.sluice.cli.text.CommandFailure if one could not be delivered
   */
  void flush();

  /** Messages acknowledged so far. */
  long acknowledged();

  @Override
  void close();
}
