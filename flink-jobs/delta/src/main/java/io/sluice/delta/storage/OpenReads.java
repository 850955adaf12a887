package io.sluice.delta.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.annotation.Internal;

/**
 * The sources that read a table at an old version: each has a file {@code _sluice_reads/<id>.json}
 * beside the table. When it was last modified is the source's last sign of life.
 */
@Internal
public final class OpenReads {

  public static final String FOLDER = "_sluice_reads";

  private static final String SUFFIX = ".json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final int MOST_BYTES = 1 << 16;

  private final Path table;
  private final LocalStorage storage;

  public OpenReads(Path table) {
    this.table = table;
    storage = new LocalStorage(table);
  }

  /** Registers a read, or renews it. */
  public void write(OpenRead read) throws IOException {
    Path file = file(read.id());
    if (!LocalStorage.exists(file)) {
      storage.createFolder(file.getParent());
      storage.write(
          file,
          JSON.createObjectNode()
              .put("version", read.version())
              .put("since", read.lastSeen().toString())
              .toString(),
          true);
    }
    storage.touch(file, read.lastSeen());
  }

  /** Says that a source needs nothing any more. */
  public void remove(String id) throws IOException {
    storage.delete(file(id));
  }

  private Path file(String id) {
    return table.resolve(FOLDER).resolve(id + SUFFIX);
  }

  /**
   * All of them, whether or not their sources still exist.
   *
   * @throws IOException if one cannot be read: what it needs is not known then
   */
  public List<OpenRead> all() throws IOException {
    List<OpenRead> reads = new ArrayList<>();
    try (Stream<Path> files = storage.list(table.resolve(FOLDER))) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        if (!name.startsWith(".") && name.endsWith(SUFFIX)) {
          read(file, name.substring(0, name.length() - SUFFIX.length())).ifPresent(reads::add);
        }
      }
    } catch (NoSuchFileException none) {
      return List.of();
    }
    return reads;
  }

  private Optional<OpenRead> read(Path file, String id) throws IOException {
    try {
      JsonNode version = JSON.readTree(storage.read(file, MOST_BYTES)).path("version");
      if (!version.isIntegralNumber() || !version.canConvertToLong()) {
        throw new IOException("It names no version");
      }
      Instant seen = storage.attributes(file).lastModifiedTime().toInstant();
      return Optional.of(new OpenRead(id, version.asLong(), seen));
    } catch (NoSuchFileException ended) {
      return Optional.empty();
    } catch (OutsideTableException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException(
          "File %s should name the version of table %s that a source reads, but cannot be read: %s. Remove it if no source reads the table"
              .formatted(file, table, e.getMessage()),
          e);
    }
  }
}
