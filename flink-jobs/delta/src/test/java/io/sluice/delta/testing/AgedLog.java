package io.sluice.delta.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.delta.storage.CheckpointFile;
import io.sluice.delta.storage.LogNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Makes a table old: its log has as many entries as that of a table of days or weeks. */
public final class AgedLog {

  private AgedLog() {}

  /**
   * Moves what is needed of a log, from its last checkpoint on, up by some versions, and fills the
   * place with empty entries and checksums, which nobody reads.
   *
   * @param versions two names each
   */
  public static void age(Path table, long versions) throws IOException {
    Path log = table.resolve("_delta_log");
    long checkpoint =
        new ObjectMapper()
            .readTree(table.resolve(CheckpointFile.LAST_CHECKPOINT).toFile())
            .get("version")
            .asLong();
    List<Path> files;
    try (Stream<Path> names = Files.list(log)) {
      files =
          names
              .filter(file -> file.getFileName().toString().matches("\\d{20}\\..*"))
              .sorted()
              .toList();
    }
    for (Path file : files) {
      long version = LogNames.version(file.toString());
      if (version < checkpoint) {
        Files.delete(file);
      } else {
        String kind = file.getFileName().toString().substring(20);
        Files.move(file, log.resolve("%020d%s".formatted(version + versions, kind)));
      }
    }
    for (long version = 0; version < checkpoint + versions; version++) {
      Files.createFile(log.resolve("%020d.json".formatted(version)));
      Files.createFile(log.resolve("%020d.crc".formatted(version)));
    }
    Files.writeString(
        log.resolve("_last_checkpoint"),
        "{\"version\":%d,\"size\":1}".formatted(checkpoint + versions));
  }
}
