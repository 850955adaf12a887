package io.sluice.delta.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.parquet.DataFile;
import io.sluice.delta.parquet.Dictionaries;
import io.sluice.delta.parquet.FileStatistics;
import io.sluice.delta.parquet.RowDataWriteSupport;
import io.sluice.delta.schema.DeltaTypes;
import io.sluice.delta.testing.TestingStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFileTest {

  @TempDir Path directory;

  @Test
  void theNamesOfNewPartitionsAreForcedToDisk() throws Exception {
    RowType type = RowType.of(new LogicalType[] {new BigIntType()}, new String[] {"id"});
    try (Recording recording = new Recording()) {
      recording.enable("jdk.FileForce").withThreshold(Duration.ZERO);
      recording.start();
      for (String day : List.of("1", "2")) {
        new DataFile(
                TestingStorage.of(directory),
                "region=x/day=" + day + "/f.parquet",
                Map.of("region", "x", "day", day),
                new RowDataWriteSupport(type, List.of()),
                new Dictionaries(),
                1 << 20)
            .finish(new FileStatistics(DeltaTypes.toDelta(type)));
      }
      recording.stop();

      Path region = directory.resolve("region=x");
      assertThat(forced(recording))
          .containsOnlyOnce(directory)
          .contains(region, region, region.resolve("day=1"), region.resolve("day=2"));
    }
  }

  private List<Path> forced(Recording recording) throws IOException {
    Path file = directory.resolve("events.jfr");
    recording.dump(file);
    return RecordingFile.readAllEvents(file).stream()
        .map(event -> Path.of(event.getString("path")))
        .toList();
  }
}
