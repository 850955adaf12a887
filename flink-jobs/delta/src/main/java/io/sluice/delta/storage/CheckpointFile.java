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
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.annotation.Internal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whole log checkpoints from torn ones: those that cannot be read, or lack what every
 * checkpoint has. A torn one is passed over for the log before it.
 */
@Internal
public final class CheckpointFile {

  public static final String LAST_CHECKPOINT = "_last_checkpoint";

  private static final Logger LOGGER = LoggerFactory.getLogger(CheckpointFile.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SINGLE = ".checkpoint.parquet";
  private static final String SIDECARS = "_sidecars";
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

  private static final Map<Path, Verdict> VERDICTS =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Verdict> eldest) {
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
  public static CheckpointContent read(Path file) throws IOException {
    CheckpointContent[] content = {CheckpointContent.EMPTY};
    read(file, ALL, batch -> content[0] = content[0].and(batch));
    return content[0];
  }

  private static void read(Path file, StructType schema, Batches target) throws IOException {
    LocalStorage storage = LocalStorage.ofLog(file);
    FileStatus status = FileStatus.of(file.toString(), storage.attributes(file).size(), 0);
    // Reads the file itself, so not through CheckpointWriter.
    ParquetHandler parquet = DefaultEngine.create(new LocalFileIO(storage)).getParquetHandler();
    try (CloseableIterator<FileReadResult> batches =
        parquet.readParquetFiles(Iterators.one(status), schema, Optional.empty())) {
      while (batches.hasNext()) {
        target.accept(batches.next().getData());
      }
    } catch (RuntimeException e) {
      throw new IOException("it is no whole Parquet file (" + e.getMessage() + ")", e);
    }
  }

  /** Live files of the version of a checkpoint as its checksum tells; empty if there is none. */
  public static Optional<Long> liveFiles(Path checkpoint) throws IOException {
    String name = checkpoint.getFileName().toString();
    Path checksum = checkpoint.resolveSibling(name.substring(0, name.indexOf('.')) + ".crc");
    try {
      JsonNode files =
          JSON.readTree(LocalStorage.ofLog(checksum).read(checksum, MOST_CHECKSUM_BYTES))
              .path("numFiles");
      return files.isIntegralNumber() ? Optional.of(files.longValue()) : Optional.empty();
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      LOGGER.warn("The checksum {} is torn, and passed over", checksum, e);
      return Optional.empty();
    }
  }

  /**
   * Whether a whole log checkpoint holds as many files as the checksum of its version tells; true
   * if none tells, or it has several files.
   */
  public static boolean holdsAllFiles(Path file) throws IOException {
    if (!file.getFileName().toString().endsWith(SINGLE)) {
      return true;
    }
    Optional<Long> live = liveFiles(file);
    return live.isEmpty() || read(file).files() == live.get();
  }

  /** Why a log checkpoint is torn; empty if it is whole, or not there at all. */
  public static Optional<String> tear(Path file) throws IOException {
    BasicFileAttributes now;
    try {
      now = LocalStorage.ofLog(file).attributes(file);
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    }
    Verdict before = remembered(file, null);
    boolean same =
        before != null
            && before.size() == now.size()
            && before.modified() == now.lastModifiedTime().toMillis();
    if (same && before.tear().isEmpty()) {
      return Optional.empty();
    }
    String tear = now.size() == 0 ? "it is empty" : claim(file);
    remembered(file, new Verdict(now.size(), now.lastModifiedTime().toMillis(), tear));
    if (!tear.isEmpty() && !same) {
      LOGGER.warn(
          "The log checkpoint {} is torn: {}. It is passed over for the log before it. Remove the file; the next checkpoint takes its place",
          file,
          tear);
    }
    return tear.isEmpty() ? Optional.empty() : Optional.of(tear);
  }

  private static Verdict remembered(Path file, Verdict verdict) {
    synchronized (VERDICTS) {
      return verdict == null ? VERDICTS.get(file) : VERDICTS.put(file, verdict);
    }
  }

  private static String claim(Path file) {
    Matcher part = PART.matcher(file.getFileName().toString());
    if (part.matches() && Long.parseLong(part.group(3)) > MOST_PARTS) {
      return "it says that it is one of %s parts, and no writer makes more than %d"
          .formatted(part.group(3), MOST_PARTS);
    }
    return find(file);
  }

  private static String find(Path file) {
    try {
      List<Path> sidecars = new ArrayList<>();
      boolean json = file.getFileName().toString().endsWith(".json");
      CheckpointContent head = json ? jsonHead(file, sidecars) : head(file, sidecars);
      for (Path sidecar : sidecars) {
        read(sidecar, HEAD, batch -> {});
      }
      return head.isComplete() || isPartOfWhole(file)
          ? ""
          : "it lacks the table's protocol or metadata";
    } catch (NoSuchFileException e) {
      return LocalStorage.exists(file) ? "its file " + e.getFile() + " is missing" : "";
    } catch (IOException e) {
      return e.getMessage();
    }
  }

  private static CheckpointContent head(Path file, List<Path> sidecars) throws IOException {
    CheckpointContent[] head = {CheckpointContent.EMPTY};
    read(
        file,
        HEAD,
        batch -> {
          head[0] = head[0].and(batch);
          ColumnVector found = batch.getColumnVector(HEAD.indexOf("sidecar"));
          for (int row = 0; row < batch.getSize(); row++) {
            if (!found.isNullAt(row)) {
              sidecars.add(sidecar(file, found.getChild(0).getString(row)));
            }
          }
        });
    return head[0];
  }

  private static CheckpointContent jsonHead(Path file, List<Path> sidecars) throws IOException {
    boolean protocol = false;
    boolean metadata = false;
    try (LogLines lines = LogLines.open(file)) {
      for (JsonNode action = lines.next(); action != null; action = lines.next()) {
        protocol |= action.has("protocol");
        metadata |= action.has("metaData");
        if (action.has("sidecar")) {
          sidecars.add(sidecar(file, action.get("sidecar").path("path").asText()));
        }
      }
    }
    return new CheckpointContent(0, 0, protocol, metadata);
  }

  private static Path sidecar(Path file, String path) {
    return file.resolveSibling(SIDECARS).resolve(path.substring(path.lastIndexOf('/') + 1));
  }

  /** Whether others of its parts have what it lacks; an incomplete set nobody reads. */
  private static boolean isPartOfWhole(Path file) throws IOException {
    Matcher part = PART.matcher(file.getFileName().toString());
    if (!part.matches()) {
      return false;
    }
    CheckpointContent all = CheckpointContent.EMPTY;
    long parts = Long.parseLong(part.group(3));
    for (long i = 1; i <= parts; i++) {
      Path sibling =
          file.resolveSibling("%s%010d.%010d.parquet".formatted(part.group(1), i, parts));
      if (!LocalStorage.exists(sibling)) {
        return true;
      }
      all = all.and(head(sibling, new ArrayList<>()));
    }
    return all.isComplete();
  }

  /**
   * The torn ones of a log, with the reason of each.
   *
   * @param names of files in the log
   */
  public static Map<Path, String> torn(List<Path> names) throws IOException {
    Map<Path, String> torn = new LinkedHashMap<>();
    for (Path name : names) {
      if (LogNames.isCheckpoint(name)) {
        tear(name).ifPresent(reason -> torn.put(name, reason));
      }
    }
    return torn;
  }

  /** What the file that should name the last checkpoint says; missing if it says nothing. */
  public static JsonNode last(Path lastCheckpoint) throws IOException {
    try {
      return JSON.readTree(
          LocalStorage.ofLog(lastCheckpoint).read(lastCheckpoint, MOST_LAST_CHECKPOINT_BYTES));
    } catch (NoSuchFileException absent) {
      return JSON.missingNode();
    } catch (JsonProcessingException e) {
      LOGGER.debug("No JSON in {}", lastCheckpoint, e);
      return JSON.missingNode();
    }
  }

  /** Whether a file that should name the last checkpoint names none. */
  static boolean namesNone(Path lastCheckpoint) throws IOException {
    if (!LocalStorage.exists(lastCheckpoint)) {
      return true;
    }
    if (named(lastCheckpoint, last(lastCheckpoint)).filter(LocalStorage::exists).isPresent()) {
      return false;
    }
    LOGGER.warn(
        "The file {} names no log checkpoint that is there, and is passed over; the next checkpoint writes it anew",
        lastCheckpoint);
    return true;
  }

  /**
   * The log checkpoint, or the last of its parts. Readers believe the numbers: they would make a
   * list of all parts, or search the log back from the version.
   */
  private static Optional<Path> named(Path lastCheckpoint, JsonNode last) {
    JsonNode version = last.path("version");
    if (!version.isIntegralNumber() || !version.canConvertToLong() || version.longValue() < 0) {
      return Optional.empty();
    }
    String name = "%020d.checkpoint".formatted(version.longValue());
    String own = last.path("v2Checkpoint").path("path").asText();
    if (!own.isEmpty()) {
      String file = own.substring(own.lastIndexOf('/') + 1);
      return file.startsWith(name)
          ? Optional.of(lastCheckpoint.resolveSibling(file))
          : Optional.empty();
    }
    JsonNode parts = last.path("parts");
    if (parts.isMissingNode() || parts.isNull()) {
      return Optional.of(lastCheckpoint.resolveSibling(name + ".parquet"));
    }
    return parts.isIntegralNumber()
            && parts.canConvertToInt()
            && parts.intValue() > 0
            && parts.intValue() <= MOST_PARTS
        ? Optional.of(
            lastCheckpoint.resolveSibling(
                "%s.%010d.%010d.parquet".formatted(name, parts.intValue(), parts.intValue())))
        : Optional.empty();
  }
}
