package io.sluice.connectors.delta;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.delta.kernel.internal.deletionvectors.Base85Codec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a table's log, and adds versions to it as another writer might. */
final class TestingLog {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path table;

  TestingLog(Path table) {
    this.table = table;
  }

  long latest() throws IOException {
    return DeltaTables.latestVersion(table.toString());
  }

  /** The actions of a version that have this name. */
  List<JsonNode> actions(long version, String name) throws IOException {
    List<JsonNode> actions = new ArrayList<>();
    for (String line : Files.readAllLines(TableHistory.entry(table, version))) {
      JsonNode action = JSON.readTree(line);
      if (action.has(name)) {
        actions.add(action.get(name));
      }
    }
    return actions;
  }

  /** The live add actions by path, as the JSON entries alone say. */
  Map<String, JsonNode> live() throws IOException {
    Map<String, JsonNode> live = new LinkedHashMap<>();
    for (long version = 0; version <= latest(); version++) {
      actions(version, "remove").forEach(remove -> live.remove(remove.get("path").asText()));
      actions(version, "add").forEach(add -> live.put(add.get("path").asText(), add));
    }
    return live;
  }

  /** Publishes a version of these actions. */
  void commit(String... actions) throws IOException {
    Files.writeString(TableHistory.entry(table, latest() + 1), String.join("\n", actions) + "\n");
  }

  /** Removes the entries before a version, as a clean-up does; it must have a log checkpoint. */
  void cleanUp(long before) throws IOException {
    for (long version = 0; version < before; version++) {
      Path entry = TableHistory.entry(table, version);
      Files.deleteIfExists(entry);
      Files.deleteIfExists(entry.resolveSibling("%020d.crc".formatted(version)));
    }
  }

  /** Makes the table require features. */
  void requireFeatures(String... features) throws IOException {
    String names = "[\"" + String.join("\",\"", features) + "\"]";
    commit(
        "{\"protocol\":{\"minReaderVersion\":1,\"minWriterVersion\":7,\"writerFeatures\":"
            + names
            + "}}");
  }

  /** Lets the table have deletion vectors. */
  void allowDeletionVectors() throws IOException {
    commit(
        "{\"protocol\":{\"minReaderVersion\":3,\"minWriterVersion\":7,"
            + "\"readerFeatures\":[\"deletionVectors\"],"
            + "\"writerFeatures\":[\"deletionVectors\",\"appendOnly\",\"invariants\"]}}");
  }

  /** Deletes rows of a live file by an inline deletion vector. */
  void delete(String path, int... rows) throws IOException {
    ObjectNode add = live().get(path).deepCopy();
    ObjectNode remove = JSON.createObjectNode();
    for (String copied : List.of("path", "partitionValues", "size", "deletionVector")) {
      if (add.has(copied)) {
        remove.set(copied, add.get(copied));
      }
    }
    remove.put("deletionTimestamp", System.currentTimeMillis());
    remove.put("dataChange", true).put("extendedFileMetadata", true);
    byte[] bitmap = bitmap(rows);
    add.putObject("deletionVector")
        .put("storageType", "i")
        .put("pathOrInlineDv", Base85Codec.encodeBytes(bitmap))
        .put("sizeInBytes", bitmap.length)
        .put("cardinality", rows.length);
    commit(
        JSON.createObjectNode().<ObjectNode>set("remove", remove).toString(),
        JSON.createObjectNode().<ObjectNode>set("add", add).toString());
  }

  /** A portable Roaring bitmap array with one array container. */
  private static byte[] bitmap(int... rows) {
    ByteBuffer bytes = ByteBuffer.allocate(32 + 2 * rows.length + (rows.length % 2) * 2);
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(1681511377).putLong(1).putInt(0);
    bytes.putInt(12346).putInt(1).putShort((short) 0).putShort((short) (rows.length - 1));
    bytes.putInt(16);
    for (int row : rows) {
      bytes.putShort((short) row);
    }
    return bytes.array();
  }
}
