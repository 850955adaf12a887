package io.sluice.cli.produce;

import static io.sluice.cli.produce.Schemas.field;
import static io.sluice.cli.produce.Schemas.trips;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProductionTest {
  private static final Schema SCHEMA = trips(field("id", "\"string\""), field("n", "\"int\""));

  @TempDir private Path folder;

  @Test
  void sendsTheGoodLinesAndTellsOfTheBadOnes() throws IOException {
    Path file = folder.resolve("trips.csv");
    Files.writeString(file, "id,n\na,1\nb,x\nc,3\n");
    TestingMessageSink sink = new TestingMessageSink();
    List<String> bad = new ArrayList<>();
    AtomicLong lines = new AtomicLong();
    try (RecordReader reader = RecordReader.open(file, SCHEMA)) {
      Production production =
          new Production(reader, new RecordEncoder(SCHEMA, 1, List.of("id")), sink, new Pace(0));
      Production.Summary summary =
          production.run(
              line -> bad.add(line.number() + " " + line.reason()), lines::incrementAndGet);
      assertThat(summary).isEqualTo(new Production.Summary(2, 1));
    }
    assertThat(sink.keys()).containsExactly("a", "c");
    assertThat(bad).containsExactly("3 n: \"x\" is not an int");
    assertThat(lines).hasValue(3);
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
