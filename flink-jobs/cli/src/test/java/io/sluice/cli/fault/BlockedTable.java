package io.sluice.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cli.demo.measure.DeltaLogTail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Puts a named pipe where a table's next log entry belongs. A commit finds the name taken, looks
 * what is there and waits for a writer that never comes: it neither succeeds nor fails. This holds
 * a job between "checkpoint complete" and "committed" for as long as a test needs.
 */
final class BlockedTable implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String table;
  private final long version;

  private BlockedTable(String table, long version) {
    this.table = table;
    this.version = version;
  }

  /** Blocks the version after the newest; a version that appears meanwhile is left alone. */
  static BlockedTable of(String table) throws IOException, InterruptedException {
    long version = 0;
    while (Files.exists(entry(table, version)) || !pipe(table, version)) {
      version++;
    }
    return new BlockedTable(table, version);
  }

  /** Like a commit, it creates a name that is free or nothing. */
  private static boolean pipe(String table, long version) throws IOException, InterruptedException {
    Path entry = entry(table, version);
    Process maker = new ProcessBuilder("mkfifo", entry.toString()).start();
    boolean made = maker.waitFor() == 0;
    assertThat(made || Files.exists(entry)).as("mkfifo " + entry).isTrue();
    return made;
  }

  private static Path entry(String table, long version) {
    return Path.of(DeltaLogTail.commitFile(table, version));
  }

  /** The version that cannot be published. */
  long version() {
    return version;
  }

  /** Whether the version is there, as a log entry and not as the pipe. */
  boolean isPublished(long wanted) {
    return Files.isRegularFile(entry(table, wanted));
  }

  /** The checkpoint behind a published version. */
  long checkpointOf(long published) throws IOException {
    return checkpointOf(table, published);
  }

  /** The checkpoint behind a published version of any table. */
  static long checkpointOf(String table, long published) throws IOException {
    for (String line : Files.readAllLines(entry(table, published))) {
      JsonNode info = JSON.readTree(line).path("commitInfo");
      if (!info.isMissingNode()) {
        return info.path("operationParameters").path("checkpointId").asLong();
      }
    }
    throw new IOException("Version " + published + " of " + table + " names no checkpoint");
  }

  /** Makes room for the version again; a waiting process must be gone by then. */
  void remove() throws IOException {
    Files.delete(entry(table, version));
  }

  /** Removes the pipe if it is still there, so that no reader meets it. */
  @Override
  public void close() throws IOException {
    Path entry = entry(table, version);
    if (Files.exists(entry) && !Files.isRegularFile(entry)) {
      Files.delete(entry);
    }
  }
}
