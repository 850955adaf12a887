package io.sluice.sandbox.ha;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.apache.flink.runtime.leaderelection.LeaderInformation;

/**
 * Where a component of the JobManager listens: a file with its session id on the first line and its
 * address on the second one.
 */
final class LeaderFile {

  private final Path file;

  LeaderFile(Path directory, String component) {
    this.file = directory.resolve(component);
  }

  void write(LeaderInformation leader) throws IOException {
    if (leader.isEmpty()) {
      DurableFiles.delete(file);
      return;
    }
    String content = leader.getLeaderSessionID() + "\n" + leader.getLeaderAddress() + "\n";
    DurableFiles.publish(file, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Empty if the component has no leader now. */
  LeaderInformation read() throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (NoSuchFileException noLeader) {
      return LeaderInformation.empty();
    }
    if (lines.size() != 2) {
      throw new IOException(
          "The leader file %s has %d lines instead of 2. Restart the JobManager to write it anew."
              .formatted(file, lines.size()));
    }
    return LeaderInformation.known(UUID.fromString(lines.get(0)), lines.get(1));
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
