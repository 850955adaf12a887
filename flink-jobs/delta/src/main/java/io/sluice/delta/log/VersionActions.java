package io.sluice.delta.log;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.sluice.delta.storage.LogLines;
import io.sluice.delta.storage.LogNames;
import io.sluice.delta.storage.NotAnActionException;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.flink.annotation.Internal;

/**
 * What one log entry changes.
 *
 * @param operation as the commit calls it; empty if it does not say
 * @param added files with new rows: not those that only hold old ones, packed anew
 * @param removesRows whether rows are deleted or changed
 * @param metaData missing unless the schema or the properties change
 * @param protocol missing unless the features change
 */
@Internal
public record VersionActions(
    String operation,
    List<LiveFile> added,
    boolean removesRows,
    JsonNode metaData,
    JsonNode protocol) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * @throws java.nio.file.NoSuchFileException if the log has no such entry
   */
  public static VersionActions read(TableStorage table, long version) throws IOException {
    String operation = "";
    List<LiveFile> added = new ArrayList<>();
    boolean removes = false;
    JsonNode metaData = JSON.missingNode();
    JsonNode protocol = JSON.missingNode();
    try (LogLines lines = LogLines.open(table, LogNames.entry(version))) {
      for (JsonNode action = lines.next(); action != null; action = lines.next()) {
        operation = action.path("commitInfo").path("operation").asText(operation);
        removes |= changesData(action.path("remove"));
        if (changesData(action.path("add"))) {
          added.add(file(action.get("add")));
        }
        metaData = action.has("metaData") ? action.get("metaData") : metaData;
        protocol = action.has("protocol") ? action.get("protocol") : protocol;
      }
    } catch (NotAnActionException | IllegalArgumentException | ArithmeticException e) {
      throw new IOException(
          "Version %d of table %s cannot be read: %s. Repair the log entry"
              .formatted(version, table, e.getMessage()),
          e);
    }
    return new VersionActions(operation, added, removes, metaData, protocol);
  }

  private static boolean changesData(JsonNode fileAction) {
    return fileAction.path("dataChange").asBoolean(false);
  }

  private static LiveFile file(JsonNode add) {
    Map<String, String> partition = new LinkedHashMap<>();
    add.path("partitionValues")
        .fields()
        .forEachRemaining(
            value ->
                partition.put(
                    value.getKey(), value.getValue().isNull() ? null : value.getValue().asText()));
    DeltaFile file =
        new DeltaFile(
            add.path("path").asText(),
            partition,
            number(add, "size"),
            number(add, "modificationTime"),
            "");
    return new LiveFile(
        file, OptionalLong.empty(), deletions(add.path("deletionVector")), Map.of());
  }

  private static Optional<DeletionVectorDescriptor> deletions(JsonNode vector) {
    if (!vector.isObject()) {
      return Optional.empty();
    }
    return Optional.of(
        new DeletionVectorDescriptor(
            vector.path("storageType").asText(),
            vector.path("pathOrInlineDv").asText(),
            vector.hasNonNull("offset")
                ? Optional.of(Math.toIntExact(number(vector, "offset")))
                : Optional.empty(),
            Math.toIntExact(number(vector, "sizeInBytes")),
            number(vector, "cardinality")));
  }

  /** A number that does not fit must not become another one. */
  private static long number(JsonNode action, String field) {
    JsonNode number = action.path(field);
    if (number.isMissingNode() || number.isNull()) {
      return 0;
    }
    if (!number.canConvertToLong()) {
      throw new ArithmeticException(field + " " + number);
    }
    return number.asLong();
  }
}
