package io.sluice.delta.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.delta.kernel.internal.deletionvectors.Base85Codec;
import io.sluice.delta.log.TableFolder;
import io.sluice.delta.storage.LogNames;
import io.sluice.delta.table.DeltaTables;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads a table's log, and adds versions to it as another writer might. */
public final class TestingLog {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path table;

  public TestingLog(Path table) {
    this.table = table;
  }

  /** The log entry of a version. */
  public static Path entry(Path table, long version) {
    return table.resolve(LogNames.entry(version));
  }

  public long latest() throws IOException {
    return DeltaTables.latestVersion(TestingStorage.address(table));
  }

  /** The actions of a version that have this name. */
  public List<JsonNode> actions(long version, String name) throws IOException {
    List<JsonNode> actions = new ArrayList<>();
    for (String line : Files.readAllLines(entry(table, version))) {
      JsonNode action = JSON.readTree(line);
      if (action.has(name)) {
        actions.add(action.get(name));
      }
    }
    return actions;
  }

  /** The live add actions by path, as the JSON entries alone say. */
  public Map<String, JsonNode> live() throws IOException {
    Map<String, JsonNode> live = new LinkedHashMap<>();
    for (long version = 0; version <= latest(); version++) {
      actions(version, "remove").forEach(remove -> live.remove(remove.get("path").asText()));
      actions(version, "add").forEach(add -> live.put(add.get("path").asText(), add));
    }
    return live;
  }

  /**
   * Fails unless every version is there, names no path and no application twice, removes what is
   * live and adds what is not, commits no checkpoint again, and leaves live files that exist.
   */
  public void check() throws IOException {
    Map<String, JsonNode> live = new HashMap<>();
    Map<String, Long> transactions = new HashMap<>();
    for (long version = 0; version <= latest(); version++) {
      String of = "version " + version + " of " + table;
      List<String> removed = texts(version, "remove", "path");
      List<String> added = texts(version, "add", "path");
      assertThat(removed).as("removed by %s", of).doesNotHaveDuplicates();
      assertThat(live.keySet()).as("live before %s", of).containsAll(removed);
      live.keySet().removeAll(removed);
      assertThat(added).as("added by %s", of).doesNotHaveDuplicates();
      assertThat(added).as("added by %s", of).filteredOn(live::containsKey).isEmpty();
      actions(version, "add").forEach(add -> live.put(add.get("path").asText(), add));
      assertThat(texts(version, "txn", "appId")).as("ids of %s", of).doesNotHaveDuplicates();
      for (JsonNode txn : actions(version, "txn")) {
        Long before = transactions.put(txn.get("appId").asText(), txn.get("version").asLong());
        assertThat(before == null || before < txn.get("version").asLong())
            .as("%s of %s after %s", txn, of, before)
            .isTrue();
      }
    }
    for (JsonNode add : live.values()) {
      assertThat(
              table.resolve(
                  new TableFolder(TestingStorage.of(table)).inside(add.get("path").asText())))
          .isRegularFile();
      vector(add).ifPresent(vector -> assertThat(vector).isRegularFile());
    }
  }

  private List<String> texts(long version, String action, String field) throws IOException {
    return actions(version, action).stream().map(found -> found.get(field).asText()).toList();
  }

  /** The file of a data file's deletion vector. */
  private Optional<Path> vector(JsonNode add) {
    JsonNode vector = add.path("deletionVector");
    if (!vector.path("storageType").asText().equals("u")) {
      return Optional.empty();
    }
    String encoded = vector.get("pathOrInlineDv").asText();
    int id = encoded.length() - Base85Codec.ENCODED_UUID_LENGTH;
    return Optional.of(
        table
            .resolve(encoded.substring(0, id))
            .resolve("deletion_vector_" + Base85Codec.decodeUUID(encoded.substring(id)) + ".bin"));
  }

  /** Publishes a version of these actions. */
  public void commit(String... actions) throws IOException {
    Files.writeString(entry(table, latest() + 1), String.join("\n", actions) + "\n");
  }

  /** Removes the entries before a version, as a clean-up does; it must have a log checkpoint. */
  public void cleanUp(long before) throws IOException {
    for (long version = 0; version < before; version++) {
      Path entry = entry(table, version);
      Files.deleteIfExists(entry);
      Files.deleteIfExists(entry.resolveSibling("%020d.crc".formatted(version)));
    }
  }

  /** Sets a property of the table. */
  public void set(String property, String value) throws IOException {
    JsonNode metadata = actions(0, "metaData").get(0).deepCopy();
    ((ObjectNode) metadata.get("configuration")).put(property, value);
    commit(JSON.createObjectNode().<ObjectNode>set("metaData", metadata).toString());
  }

  /** Makes the table require features. */
  public void requireFeatures(String... features) throws IOException {
    String names = "[\"" + String.join("\",\"", features) + "\"]";
    commit(
        "{\"protocol\":{\"minReaderVersion\":1,\"minWriterVersion\":7,\"writerFeatures\":"
            + names
            + "}}");
  }

  /** Lets the table have deletion vectors. */
  public void allowDeletionVectors() throws IOException {
    commit(
        "{\"protocol\":{\"minReaderVersion\":3,\"minWriterVersion\":7,"
            + "\"readerFeatures\":[\"deletionVectors\"],"
            + "\"writerFeatures\":[\"deletionVectors\",\"appendOnly\",\"invariants\"]}}");
  }

  /** Deletes rows of a live file by an inline deletion vector. */
  public void delete(String path, int... rows) throws IOException {
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

  /** Another writer changes the newest metadata, and the fields of its schema. */
  public void alter(Consumer<ObjectNode> metadata, Consumer<ArrayNode> fields) throws IOException {
    ObjectNode changed = null;
    for (long version = latest(); changed == null; version--) {
      List<JsonNode> actions = actions(version, "metaData");
      changed = actions.isEmpty() ? null : (ObjectNode) actions.get(0);
    }
    ObjectNode schema = (ObjectNode) JSON.readTree(changed.get("schemaString").asText());
    fields.accept((ArrayNode) schema.get("fields"));
    changed.put("schemaString", schema.toString());
    metadata.accept(changed);
    commit(JSON.createObjectNode().set("metaData", changed).toString());
  }
}
