package io.sluice.cli.produce;

import io.sluice.cli.platform.MessageSink;
import io.sluice.cli.platform.Problem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Keeps the messages in memory. */
final class TestingMessageSink implements MessageSink {
  private final List<String> keys = new ArrayList<>();

  /** The keys of all messages, in order. */
  List<String> keys() {
    return keys;
  }

  @Override
  public void send(byte[] key, byte[] value, Consumer<Problem> refused) {
    String text = new String(key, StandardCharsets.UTF_8);
    if (text.startsWith("refused")) {
      refused.accept(Problem.of("is too large for the topic"));
    } else {
      keys.add(text);
    }
  }

  @Override
  public void flush() {
    // Messages are there as soon as they are sent.
  }

  @Override
  public long acknowledged() {
    return keys.size();
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
