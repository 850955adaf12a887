package io.sluice.cli.produce;

import io.sluice.cli.platform.MessageSink;
import io.sluice.cli.platform.Problem;
import java.util.function.Consumer;

/** Takes messages and sends none of them. */
public final class DryRunSink implements MessageSink {
  private long taken;

  @Override
  public void send(byte[] key, byte[] value, Consumer<Problem> refused) {
    taken++;
  }

  @Override
  public void flush() {
    // Nothing is under way.
  }

  @Override
  public long acknowledged() {
    return taken;
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
