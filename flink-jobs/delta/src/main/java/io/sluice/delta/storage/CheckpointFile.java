package io.sluice.delta.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.FileReadResult;
import io.delta.kernel.engine.ParquetHandler;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.annotation.Internal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whole log checkpoints from torn ones: those that cannot be read, or lack what every
 * checkpoint has. A torn one is passed over for the log before it.
 */
@Internal
public final class CheckpointFile {

  public static final String LAST_CHECKPOINT = LogNames.inLog("_last_checkpoint");

  private static final Logger LOGGER = LoggerFactory.getLogger(CheckpointFile.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SINGLE = ".checkpoint.parquet";
  private static final String SIDECARS = LogNames.inLog("_sidecars");
  private static final Pattern PART =
      Pattern.compile("(\\d{20}\\.checkpoint\\.)(\\d{10})\\.(\\d{10})\\.parquet");

  private static final StructType SIDECAR = new StructType().add("path", StringType.STRING);
  private static final StructType HEAD =
      new StructType()
          .add("protocol", new StructType().add("minReaderVersion", IntegerType.INTEGER))
          .add("metaData", new StructType().add("id", StringType.STRING))
          .add("sidecar", SIDECAR);
  private static final StructType ALL =
      HEAD.add("add", new StructType().add("path", StringType.STRING));

  /** Readers look for each part. */
  private static final long MOST_PARTS = 10_000;

  /** A checksum of Spark lists the files of a table, up to some number. */
  private static final int MOST_CHECKSUM_BYTES = 128 << 20;

  /** It may hold the schema of the checkpoint. */
  private static final int MOST_LAST_CHECKPOINT_BYTES = 16 << 20;

  private static final int REMEMBERED = 10_000;

  /** What was found out about a file as it was. */
  private record Verdict(long size, long modified, String tear) {}

  private static final Map<String, Verdict> VERDICTS =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Verdict> eldest) {
          return size() > REMEMBERED;
        }
      };

  private CheckpointFile() {}

  /** Takes batches of actions. */
  @FunctionalInterface
  private interface Batches {
    void accept(ColumnarBatch batch) throws IOException;
  }

  /**
   * Reads a Parquet file of actions.
   *
   * @throws IOException if it is torn
   */
  public static CheckpointContent read(TableStorage storage, String name) throws IOException {
    CheckpointContent[] content = {CheckpointContent.EMPTY};
    read(storage, name, ALL, batch -> content[0] = content[0].and(batch));
    return content[0];
  }

  private static void read(TableStorage storage, String name, StructType schema, Batches target)
      throws IOException {
    FileStatus status = FileStatus.of(storage.uri(name), storage.status(name).size(), 0);
    // Reads the file itself, so not through CheckpointWriter.
    ParquetHandler parquet = DefaultEngine.create(new TableFileIO(storage)).getParquetHandler();
    try (CloseableIterator<FileReadResult> batches =
        parquet.readParquetFiles(Iterators.one(status), schema, Optional.empty())) {
      while (batches.hasNext()) {
        target.accept(batches.next().getData());
      }
    } catch (RuntimeException e) {
      throw new IOException("it is no whole Parquet file (" + e.getMessage() + ")", e);
    }
  }

  /** Live files of a version as its checksum tells; empty if there is none. */
  public static Optional<Long> liveFiles(TableStorage storage, long version) throws IOException {
    String checksum = LogNames.checksum(version);
    try {
      JsonNode files = JSON.readTree(storage.read(checksum, MOST_CHECKSUM_BYTES)).path("numFiles");
      return files.isIntegralNumber() ? Optional.of(files.longValue()) : Optional.empty();
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      LOGGER.warn("The checksum {} is torn, and passed over", storage.path(checksum), e);
      return Optional.empty();
    }
  }

  /**
   * Whether a whole log checkpoint holds as many files as the checksum of its version tells; true
   * if none tells, or it has several files.
   */
  public static boolean holdsAllFiles(TableStorage storage, String name) throws IOException {
    if (!name.endsWith(SINGLE)) {
      return true;
    }
    Optional<Long> live = liveFiles(storage, LogNames.version(name));
    return live.isEmpty() || read(storage, name).files() == live.get();
  }

  /** Why a log checkpoint is torn; empty if it is whole, or not there at all. */
  public static Optional<String> tear(TableStorage storage, String name) throws IOException {
    try {
      return tear(storage, storage.status(name));
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    }
  }

  /** Why a log checkpoint that is there is torn; empty if it is whole. */
  static Optional<String> tear(TableStorage storage, StoredFile now) throws IOException {
    String file = storage.path(now.name());
    Verdict before = remembered(file, null);
    boolean same =
        before != null && before.size() == now.size() && before.modified() == now.modified();
    if (same && before.tear().isEmpty()) {
      return Optional.empty();
    }
    String tear = now.size() == 0 ? "it is empty" : claim(storage, now.name());
    remembered(file, new Verdict(now.size(), now.modified(), tear));
    if (!tear.isEmpty() && !same) {
      LOGGER.warn(
          "The log checkpoint {} is torn: {}. It is passed over for the log before it. Remove the file; the next checkpoint takes its place",
          file,
          tear);
    }
    return tear.isEmpty() ? Optional.empty() : Optional.of(tear);
  }

  private static Verdict remembered(String file, Verdict verdict) {
    synchronized (VERDICTS) {
      return verdict == null ? VERDICTS.get(file) : VERDICTS.put(file, verdict);
    }
  }

  private static String claim(TableStorage storage, String name) throws IOException {
    Matcher part = PART.matcher(LogNames.last(name));
    if (part.matches() && Long.parseLong(part.group(3)) > MOST_PARTS) {
      return "it says that it is one of %s parts, and no writer makes more than %d"
          .formatted(part.group(3), MOST_PARTS);
    }
    return find(storage, name);
  }

  private static String find(TableStorage storage, String name) throws IOException {
    try {
      List<String> sidecars = new ArrayList<>();
      boolean json = name.endsWith(".json");
      CheckpointContent head =
          json ? jsonHead(storage, name, sidecars) : head(storage, name, sidecars);
      for (String sidecar : sidecars) {
        read(storage, sidecar, HEAD, batch -> {});
      }
      return head.isComplete() || isPartOfWhole(storage, name)
          ? ""
          : "it lacks the table's protocol or metadata";
    } catch (NoSuchFileException e) {
      return storage.exists(name) ? "its file " + e.getFile() + " is missing" : "";
    } catch (IOException e) {
      return e.getMessage();
    }
  }

  private static CheckpointContent head(TableStorage storage, String name, List<String> sidecars)
      throws IOException {
    CheckpointContent[] head = {CheckpointContent.EMPTY};
    read(
        storage,
        name,
        HEAD,
        batch -> {
          head[0] = head[0].and(batch);
          ColumnVector found = batch.getColumnVector(HEAD.indexOf("sidecar"));
          for (int row = 0; row < batch.getSize(); row++) {
            if (!found.isNullAt(row)) {
              sidecars.add(sidecar(found.getChild(0).getString(row)));
            }
          }
        });
    return head[0];
  }

  private static CheckpointContent jsonHead(
      TableStorage storage, String name, List<String> sidecars) throws IOException {
    boolean protocol = false;
    boolean metadata = false;
    try (LogLines lines = LogLines.open(storage, name)) {
      for (JsonNode action = lines.next(); action != null; action = lines.next()) {
        protocol |= action.has("protocol");
        metadata |= action.has("metaData");
        if (action.has("sidecar")) {
          sidecars.add(sidecar(action.get("sidecar").path("path").asText()));
        }
      }
    }
    return new CheckpointContent(0, 0, protocol, metadata);
  }

  private static String sidecar(String path) {
    return SIDECARS + "/" + LogNames.last(path);
  }

  /** Whether others of its parts have what it lacks; an incomplete set nobody reads. */
  private static boolean isPartOfWhole(TableStorage storage, String name) throws IOException {
    Matcher part = PART.matcher(LogNames.last(name));
    if (!part.matches()) {
      return false;
    }
    CheckpointContent all = CheckpointContent.EMPTY;
    long parts = Long.parseLong(part.group(3));
    for (long i = 1; i <= parts; i++) {
      String sibling = LogNames.inLog("%s%010d.%010d.parquet".formatted(part.group(1), i, parts));
      if (!storage.exists(sibling)) {
        return true;
      }
      all = all.and(head(storage, sibling, new ArrayList<>()));
    }
    return all.isComplete();
  }

  /**
   * The torn ones of a log, with the reason of each.
   *
   * @param names of files in the log
   */
  public static Map<String, String> torn(TableStorage storage, List<String> names)
      throws IOException {
    Map<String, String> torn = new LinkedHashMap<>();
    for (String name : names) {
      if (LogNames.isCheckpoint(name)) {
        tear(storage, name).ifPresent(reason -> torn.put(name, reason));
      }
    }
    return torn;
  }

  /**
   * What the file that should name the last checkpoint says; missing if it says nothing, null if
   * there is no such file.
   */
  private static JsonNode last(TableStorage storage) throws IOException {
    try {
      return JSON.readTree(storage.read(LAST_CHECKPOINT, MOST_LAST_CHECKPOINT_BYTES));
    } catch (NoSuchFileException absent) {
      return null;
    } catch (JsonProcessingException e) {
      LOGGER.debug("No JSON in {}", storage.path(LAST_CHECKPOINT), e);
      return JSON.missingNode();
    }
  }

  /**
   * The files of a version's log checkpoint with several parts, or with a name of its own.
   *
   * @param most parts; none of a checkpoint with more
   */
  static List<String> lastFiles(TableStorage storage, long version, int most) throws IOException {
    JsonNode last = last(storage);
    if (last == null || last.path("version").asLong(-1) != version) {
      return List.of();
    }
    String named = last.path("v2Checkpoint").path("path").asText();
    if (!named.isEmpty()) {
      return List.of(LogNames.inLog(LogNames.last(named)));
    }
    int parts = last.path("parts").asInt();
    if (parts < 1 || parts > most) {
      return List.of();
    }
    return Stream.iterate(1, part -> part + 1)
        .limit(parts)
        .map(part -> part(version, part, parts))
        .toList();
  }

  private static String part(long version, int part, int parts) {
    return LogNames.inLog("%020d.checkpoint.%010d.%010d.parquet".formatted(version, part, parts));
  }

  /** Whether a file that should name the last checkpoint names none. */
  static boolean namesNone(TableStorage storage) throws IOException {
    JsonNode last = last(storage);
    if (last == null) {
      return true;
    }
    Optional<String> named = named(last);
    if (named.isPresent() && storage.exists(named.get())) {
      return false;
    }
    LOGGER.warn(
        "The file {} names no log checkpoint that is there, and is passed over; the next checkpoint writes it anew",
        storage.path(LAST_CHECKPOINT));
    return true;
  }

  /**
   * The log checkpoint, or the last of its parts. Readers believe the numbers: they would make a
   * list of all parts, or search the log back from the version.
   */
  private static Optional<String> named(JsonNode last) {
    JsonNode version = last.path("version");
    if (!version.isIntegralNumber() || !version.canConvertToLong() || version.longValue() < 0) {
      return Optional.empty();
    }
    String own = last.path("v2Checkpoint").path("path").asText();
    if (!own.isEmpty()) {
      String file = LogNames.last(own);
      return file.startsWith("%020d.checkpoint".formatted(version.longValue()))
          ? Optional.of(LogNames.inLog(file))
          : Optional.empty();
    }
    JsonNode parts = last.path("parts");
    if (parts.isMissingNode() || parts.isNull()) {
      return Optional.of(LogNames.checkpoint(version.longValue()));
    }
    return parts.isIntegralNumber()
            && parts.canConvertToInt()
            && parts.intValue() > 0
            && parts.intValue() <= MOST_PARTS
        ? Optional.of(part(version.longValue(), parts.intValue(), parts.intValue()))
        : Optional.empty();
  }
}
