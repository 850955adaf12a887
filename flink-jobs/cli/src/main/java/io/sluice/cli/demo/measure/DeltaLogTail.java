package io.sluice.cli.demo.measure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cli.storage.StoredFiles;
import io.sluice.cli.text.CommandFailure;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Follows the versions of a Delta table by its log alone, starting with version 0. Looking for a
 * new version costs one look at the storage; the data files are not opened.
 */
public final class DeltaLogTail {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String root;
  private final StoredFiles storage;

  /** Every path that was ever added, with its live rows; 0 for one that was removed. */
  private final Map<String, Long> files = new HashMap<>();

  private long next;
  private long rows;

  DeltaLogTail(String root) {
    this.root = root;
    storage = StoredFiles.of(root);
  }

  /**
   * A data file of a version.
   *
   * @param rows from the file's statistics, 0 when it has none
   */
  record AddedFile(String path, long bytes, long rows) {}

  /**
   * One version and the data files that it added: new ones, not those that come back with another
   * deletion vector, nor those of a compaction.
   */
  record Version(long number, List<AddedFile> added) {
    Version {
      added = List.copyOf(added);
    }
  }

  public static String commitFile(String root, long version) {
    return root + "/_delta_log/" + String.format("%020d.json", version);
  }

  /**
   * The next version if it has been published.
   *
   * @throws CommandFailure when its log entry cannot be read
   */
  Optional<Version> poll() {
    String commit = commitFile(root, next);
    var added = new ArrayList<AddedFile>();
    try {
      Optional<byte[]> entry = storage.read(commit);
      if (entry.isEmpty()) {
        return Optional.empty();
      }
      List<JsonNode> adds = new ArrayList<>();
      for (String line : new String(entry.get(), StandardCharsets.UTF_8).lines().toList()) {
        JsonNode action = JSON.readTree(line);
        if (action.has("add")) {
          adds.add(action.get("add"));
        } else if (action.has("remove")) {
          files.put(action.get("remove").get("path").asText(), 0L);
        }
      }
      // After the removals: a file that changes is removed and added in one version.
      for (JsonNode add : adds) {
        AddedFile file = addedFile(add);
        long deleted = add.path("deletionVector").path("cardinality").asLong();
        boolean known = files.put(add.get("path").asText(), file.rows() - deleted) != null;
        if (!known && add.path("dataChange").asBoolean()) {
          added.add(file);
        }
      }
    } catch (IOException e) {
      throw new CommandFailure("The log entry " + commit + " cannot be read: " + e.getMessage(), e);
    }
    added.forEach(file -> rows += file.rows());
    return Optional.of(new Version(next++, added));
  }

  private AddedFile addedFile(JsonNode add) throws IOException {
    JsonNode stats = JSON.readTree(add.path("stats").asText("{}"));
    // Paths in the log are percent-encoded, relative to the table.
    String path = root + "/" + URI.create(add.path("path").asText()).getPath();
    return new AddedFile(path, add.path("size").asLong(), stats.path("numRecords").asLong());
  }

  /** Reads all versions that are there; gives the rows that the newest one holds. */
  long liveRows() {
    advance();
    return files.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Reads all versions that are there; gives the rows added so far. */
  long advance() {
    Optional<Version> version = poll();
    while (version.isPresent()) {
      version = poll();
    }
    return rows;
  }
}
