package io.sluice.delta.log;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import com.fasterxml.jackson.databind.JsonNode;
import io.delta.kernel.Snapshot;
import io.delta.kernel.exceptions.TableNotFoundException;
import io.sluice.delta.storage.CheckpointFile;
import io.sluice.delta.storage.LogLines;
import io.sluice.delta.storage.LogNames;
import io.sluice.delta.storage.NotAnActionException;
import io.sluice.delta.storage.TableStorage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.flink.annotation.Internal;

/** Finds out why a table cannot be read, where Kernel's exception does not name file and cause. */
@Internal
public final class TableProblem {

  private final TableStorage table;
  private final List<String> names;

  private TableProblem(TableStorage table, List<String> names) {
    this.table = table;
    this.names = names;
  }

  /**
   * The reason in words, without the table's name.
   *
   * @param failure of reading the log
   */
  static String of(TableStorage table, RuntimeException failure) {
    try {
      TableProblem problem = new TableProblem(table, table.names(TableStorage.LOG, "0"));
      String found = problem.find();
      return found.isEmpty() ? message(failure) : found;
    } catch (IOException e) {
      failure.addSuppressed(e);
      return message(failure);
    }
  }

  /** The failure of reading a table where there is none. */
  static FileNotFoundException absent(TableStorage table, TableNotFoundException cause) {
    FileNotFoundException failure =
        new FileNotFoundException("There is no Delta table at " + table);
    failure.initCause(cause);
    return failure;
  }

  /** Fails for a table without a schema, which Kernel reads when somebody asks for it. */
  static void requireSchema(Snapshot snapshot) {
    snapshot.getSchema();
  }

  private static String message(RuntimeException failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  private String find() throws IOException {
    Map<String, String> torn = CheckpointFile.torn(table, names);
    // Of several parts, none is of use without the torn one.
    Set<Long> tornVersions = torn.keySet().stream().map(LogNames::version).collect(toSet());
    OptionalLong whole =
        names.stream()
            .filter(LogNames::isCheckpoint)
            .mapToLong(LogNames::version)
            .filter(version -> !tornVersions.contains(version))
            .max();
    List<String> entries = entries(whole.orElse(-1));
    long needed = whole.orElse(-1) + 1;
    if (entries.isEmpty() || LogNames.version(entries.get(0)) != needed) {
      String gap = gap(entries, needed, whole);
      return torn.isEmpty() ? gap : describe(torn) + ", and " + gap;
    }
    String line = badLine(entries);
    return line.isEmpty() && whole.isEmpty() ? incomplete(entries) : line;
  }

  /** The entries after a version, in order. */
  private List<String> entries(long version) {
    return names.stream()
        .filter(name -> LogNames.isEntry(name) && LogNames.version(name) > version)
        .toList();
  }

  private String gap(List<String> entries, long needed, OptionalLong whole) {
    String start =
        whole.isPresent()
            ? "its last whole log checkpoint is of version " + whole.getAsLong()
            : "there is no whole log checkpoint to start from";
    if (entries.isEmpty()) {
      return whole.isPresent()
          ? ""
          : start + " and no log entry in " + table.path(TableStorage.LOG);
    }
    return "its log entry %s is missing, the first one there is %s, and %s"
        .formatted(table.path(LogNames.entry(needed)), LogNames.last(entries.get(0)), start);
  }

  private String describe(Map<String, String> torn) {
    return torn.entrySet().stream()
        .map(
            each ->
                "its log checkpoint %s is torn: %s"
                    .formatted(table.path(each.getKey()), each.getValue()))
        .collect(joining("; "));
  }

  private String badLine(List<String> entries) throws IOException {
    for (String entry : entries) {
      try (LogLines lines = LogLines.open(table, entry)) {
        while (lines.next() != null) {
          // Only that it can be read counts.
        }
      } catch (NotAnActionException e) {
        return e.getMessage();
      }
    }
    return "";
  }

  /** What no entry of a log without a checkpoint has. */
  private String incomplete(List<String> entries) throws IOException {
    boolean protocol = false;
    JsonNode metadata = null;
    String file = entries.get(0);
    for (String entry : entries) {
      try (LogLines lines = LogLines.open(table, entry)) {
        for (JsonNode action = lines.next(); action != null; action = lines.next()) {
          protocol |= action.has("protocol");
          file = action.has("metaData") ? entry : file;
          metadata = action.has("metaData") ? action.get("metaData") : metadata;
        }
      }
    }
    List<String> missing = new ArrayList<>();
    if (!protocol) {
      missing.add("a protocol");
    }
    if (metadata == null) {
      missing.add("metadata");
    } else if (metadata.path("schemaString").asText().isBlank()) {
      return "it has no schema: the metaData action of "
          + table.path(file)
          + " has no schemaString";
    }
    return missing.isEmpty()
        ? ""
        : "no entry of its log %s has %s"
            .formatted(table.path(TableStorage.LOG), String.join(" or ", missing));
  }

  /**
   * The torn log checkpoints that readers of the latest version pass over.
   *
   * @param from the version of the checkpoint that is read instead; -1 if there is none
   */
  public static Map<String, String> passedOver(TableStorage table, long from) throws IOException {
    return CheckpointFile.torn(
        table,
        table.names(TableStorage.LOG, "%020d".formatted(Math.max(0, from))).stream()
            .filter(LogNames::isCheckpoint)
            .toList());
  }
}
