package io.sluice.cli.produce;

import io.sluice.cli.platform.MessageSink;
import io.sluice.cli.text.CommandFailure;
import java.io.IOException;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/** Feeds the records of an input to a topic. */
public final class Production {

  /**
   * What came of an input.
   *
   * @param produced records that the broker acknowledged
   * @param bad lines that gave no record, or one that the topic refused
   * @param stoppedAt the line after which it was stopped for too many bad ones; 0 if the whole
   *     input was read
   */
  public record Summary(long produced, long bad, long stoppedAt) {}

  private final RecordReader reader;
  private final RecordEncoder encoder;
  private final MessageSink sink;
  private final Pace pace;
  private final Queue<InputLine.Bad> refused = new ConcurrentLinkedQueue<>();
  private long bad;
  private long lastLine;

  public Production(RecordReader reader, RecordEncoder encoder, MessageSink sink, Pace pace) {
    this.reader = reader;
    this.encoder = encoder;
    this.sink = sink;
    this.pace = pace;
  }

  /**
   * Runs to the end of the input, or until more lines are bad than allowed.
   *
   * @param maxBad how many bad lines are allowed
   * @param onBadLine is told of each bad line; of those that the topic refuses a little later
   * @param onLine is called after each record or bad line
   * @throws CommandFailure if the broker fails or the input cannot be read to its end
   */
  public Summary run(long maxBad, Consumer<InputLine.Bad> onBadLine, Runnable onLine) {
    boolean more = true;
    while (more && bad <= maxBad) {
      Optional<InputLine> line = read();
      more = line.isPresent();
      line.ifPresent(
          present -> {
            take(present, onBadLine);
            onLine.run();
          });
      tellRefused(onBadLine);
    }
    sink.flush();
    tellRefused(onBadLine);
    return new Summary(sink.acknowledged(), bad, more ? lastLine : 0);
  }

  private Optional<InputLine> read() {
    try {
      return reader.next();
    } catch (IOException e) {
      sink.flush();
      throw new CommandFailure(
          "The input cannot be read behind line %d: %s. %d records were sent before."
              .formatted(lastLine, e.getMessage(), sink.acknowledged()),
          e);
    }
  }

  private void take(InputLine line, Consumer<InputLine.Bad> onBadLine) {
    lastLine = line.number();
    if (line instanceof InputLine.Good good) {
      pace.await();
      sink.send(
          encoder.key(good.value()),
          encoder.value(good.value()),
          problem -> refused.add(good.refused(problem)));
    } else if (line instanceof InputLine.Bad wrong) {
      tell(wrong, onBadLine);
    }
  }

  private void tellRefused(Consumer<InputLine.Bad> onBadLine) {
    for (InputLine.Bad line = refused.poll(); line != null; line = refused.poll()) {
      tell(line, onBadLine);
    }
  }

  private void tell(InputLine.Bad line, Consumer<InputLine.Bad> onBadLine) {
    bad++;
    onBadLine.accept(line);
  }
}
