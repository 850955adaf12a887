package io.sluice.cli.produce;

import static io.sluice.cli.produce.Schemas.field;
import static io.sluice.cli.produce.Schemas.trips;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.platform.MessageSink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProductionTest {
  private static final Schema SCHEMA = trips(field("id", "\"string\""), field("n", "\"int\""));

  private final List<String> bad = new ArrayList<>();
  private final AtomicLong lines = new AtomicLong();

  @TempDir private Path folder;

  @Test
  void sendsTheGoodLinesAndTellsOfTheBadOnes() throws IOException {
    TestingMessageSink sink = new TestingMessageSink();
    assertThat(run("id,n\na,1\nb,x\nc,3\n", sink, Long.MAX_VALUE))
        .isEqualTo(new Production.Summary(2, 1, 0));
    assertThat(sink.keys()).containsExactly("a", "c");
    assertThat(bad).containsExactly("3 n: \"x\" is not an int");
    assertThat(lines).hasValue(3);
  }

  @Test
  void aRecordThatTheTopicRefusesIsABadLine() throws IOException {
    TestingMessageSink sink = new TestingMessageSink();
    assertThat(run("id,n\na,1\nrefused,2\nc,3\n", sink, Long.MAX_VALUE))
        .isEqualTo(new Production.Summary(2, 1, 0));
    assertThat(sink.keys()).containsExactly("a", "c");
    assertThat(bad).containsExactly("3 is too large for the topic");
  }

  @Test
  void stopsWhenMoreLinesAreBadThanAllowed() throws IOException {
    TestingMessageSink sink = new TestingMessageSink();
    assertThat(run("id,n\na,x\nb,1\nc,x\nd,2\n", sink, 1))
        .isEqualTo(new Production.Summary(1, 2, 4));
    assertThat(sink.keys()).containsExactly("b");
    assertThat(run("id,n\na,x\nb,1\n", new TestingMessageSink(), 1))
        .isEqualTo(new Production.Summary(1, 1, 0));
  }

  @Test
  void aFileThatBreaksOffTellsHowFarItWasRead() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write("id,n\na,1\nb,2\n".getBytes(StandardCharsets.UTF_8));
    }
    TestingMessageSink sink = new TestingMessageSink();
    Path file = folder.resolve("trips.csv");
    Files.write(file, Arrays.copyOf(packed.toByteArray(), packed.size() - 4));
    try (RecordReader reader = JsonLinesTest.open(file, SCHEMA)) {
      assertThatThrownBy(() -> production(reader, sink).run(0, line -> {}, () -> {}))
          .hasMessageStartingWith("The input cannot be read behind line 3: ")
          .hasMessageEndingWith("2 records were sent before.");
    }
  }

  @Test
  void badLinesAreShownCountedAndCopied() throws IOException {
    Path copy = folder.resolve("bad.csv");
    StringBuilder text = new StringBuilder("id,n\r\n");
    for (int i = 0; i < 25; i++) {
      text.append("a,").append(i < 23 ? "x" + i : "1,2").append("\r\n");
    }
    text.append("z,1\r\ny,q");
    Path file = folder.resolve("trips.csv");
    Files.writeString(file, text);
    List<String> shown = new ArrayList<>();
    try (RecordReader reader = JsonLinesTest.open(file, SCHEMA);
        BadLines badLines = new BadLines(file, shown::add, Optional.of(copy), reader.header())) {
      production(reader, new TestingMessageSink()).run(Long.MAX_VALUE, badLines::add, () -> {});
      badLines.summarize();
    }
    assertThat(shown)
        .hasSize(BadLines.SHOWN + 4)
        .contains(file + ", line 2: n: \"x0\" is not an int")
        .endsWith(
            file + ": 26 bad lines, of which the first 20 are above. By reason:",
            "  24 lines: n: is not an int",
            "  2 lines: has not as many cells as the header",
            "All bad lines are in " + copy + ": correct them there and produce that file.");
    assertThat(Files.readString(copy)).isEqualTo(text.toString().replace("z,1\r\n", "") + "\n");
    assertThatThrownBy(() -> new BadLines(file, shown::add, Optional.of(file), Optional.empty()))
        .hasMessageContaining("is the input itself");
  }

  private Production.Summary run(String text, MessageSink sink, long maxBad) throws IOException {
    Path file = folder.resolve("trips.csv");
    Files.writeString(file, text);
    try (RecordReader reader = JsonLinesTest.open(file, SCHEMA)) {
      return production(reader, sink)
          .run(
              maxBad, line -> bad.add(line.number() + " " + line.reason()), lines::incrementAndGet);
    }
  }

  private static Production production(RecordReader reader, MessageSink sink) {
    return new Production(reader, new RecordEncoder(SCHEMA, 1, List.of("id")), sink, new Pace(0));
  }

  @Test
  void thePaceIsKeptOnAverage() {
    AtomicLong clock = new AtomicLong(5_000);
    List<Long> parked = new ArrayList<>();
    Pace pace =
        new Pace(
            1_000,
            clock::get,
            nanos -> {
              parked.add(nanos);
              clock.addAndGet(nanos);
            });
    pace.await();
    pace.await();
    clock.addAndGet(2_500_000);
    pace.await();
    pace.await();
    pace.await();
    assertThat(parked).containsExactly(1_000_000L, 500_000L);
  }
}
