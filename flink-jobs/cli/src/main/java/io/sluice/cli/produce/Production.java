package io.sluice.cli.produce;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/** Feeds the records of a file to a topic. */
public final class Production {

  /**
   * What came of a file.
   *
   * @param produced records that the broker acknowledged
   * @param bad lines that gave no record
   */
  public record Summary(long produced, long bad) {}

  private final RecordReader reader;
  private final RecordEncoder encoder;
  private final MessageSink sink;
  private final Pace pace;

  public Production(RecordReader reader, RecordEncoder encoder, MessageSink sink, Pace pace) {
    this.reader = reader;
    this.encoder = encoder;
    this.sink = sink;
    this.pace = pace;
  }

  /**
   * Runs to the end of the file.
   *
   * @param onBadLine is told of each bad line, in order
   * @param onLine is called after each record or bad line
   * @throws io.sluice.cli.CommandFailure if the broker fails
   */
  public Summary run(Consumer<InputLine.Bad> onBadLine, Runnable onLine) throws IOException {
    long bad = 0;
    for (Optional<InputLine> line = reader.next(); line.isPresent(); line = reader.next()) {
      if (line.get() instanceof InputLine.Good good) {
        pace.await();
        sink.send(encoder.key(good.value()), encoder.value(good.value()));
      } else if (line.get() instanceof InputLine.Bad refused) {
        bad++;
        onBadLine.accept(refused);
      }
      onLine.run();
    }
    sink.flush();
    return new Summary(sink.acknowledged(), bad);
  }
}
