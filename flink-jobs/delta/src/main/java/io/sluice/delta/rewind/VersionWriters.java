package io.sluice.delta.rewind;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.delta.storage.LogLines;
import io.sluice.delta.storage.LogNames;
import io.sluice.delta.storage.NotAnActionException;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Who made a version, and whether its rows differ from those of the version before.
 *
 * @param version the table version
 * @param operation as the commit calls it; empty if it does not say
 * @param engine who wrote it; empty if it did not say
 * @param restored the version that it took the table back to; -1 if it is no restore
 * @param changesRows whether rows were added, removed or changed
 * @param transactions application id to version of its {@code txn} actions
 */
record VersionWriters(
    long version,
    String operation,
    String engine,
    long restored,
    boolean changesRows,
    Map<String, Long> transactions) {

  /** What a commit that takes a table back calls itself, here and in Spark. */
  static final String RESTORE = "RESTORE";

  /** The parameter of such a commit that names the version it goes back to. */
  static final String RESTORED_VERSION = "version";

  private static final long NONE = -1;

  VersionWriters {
    transactions = Map.copyOf(transactions);
  }

  /** Whether it took the table back to an earlier version. */
  boolean isRestore() {
    return operation.equals(RESTORE);
  }

  /**
   * Reads the log entry of a version.
   *
   * @throws java.nio.file.NoSuchFileException if the log has no such entry
   */
  static VersionWriters read(TableStorage table, long version) throws IOException {
    JsonNode info = null;
    boolean changes = false;
    Map<String, Long> transactions = new HashMap<>();
    try (LogLines lines = LogLines.open(table, LogNames.entry(version))) {
      for (JsonNode action = lines.next(); action != null; action = lines.next()) {
        info = action.has("commitInfo") ? action.get("commitInfo") : info;
        changes |= changesRows(action.path("add")) || changesRows(action.path("remove"));
        if (action.has("txn")) {
          JsonNode txn = action.get("txn");
          transactions.put(txn.path("appId").asText(), txn.path("version").asLong());
        }
      }
    } catch (NotAnActionException e) {
      throw new IOException(
          "Version %d of table %s cannot be read: %s. Repair the log entry"
              .formatted(version, table, e.getMessage()),
          e);
    }
    return of(version, info, changes, transactions);
  }

  private static VersionWriters of(
      long version, JsonNode info, boolean changes, Map<String, Long> transactions) {
    String operation = info == null ? "" : info.path("operation").asText("");
    JsonNode parameters = info == null ? null : info.path("operationParameters");
    return new VersionWriters(
        version,
        operation,
        info == null ? "" : info.path("engineInfo").asText(""),
        operation.equals(RESTORE) ? parameters.path(RESTORED_VERSION).asLong(NONE) : NONE,
        changes,
        transactions);
  }

  private static boolean changesRows(JsonNode fileAction) {
    return fileAction.path("dataChange").asBoolean(false);
  }
}
