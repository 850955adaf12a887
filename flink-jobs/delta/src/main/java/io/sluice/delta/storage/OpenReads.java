package io.sluice.delta.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  private final TableStorage storage;

  public OpenReads(TableStorage storage) {
    this.storage = storage;
  }

  /** Registers a read, or renews it. */
  public void write(OpenRead read) throws IOException {
    byte[] content =
        JSON.createObjectNode()
            .put("version", read.version())
            .put("since", read.lastSeen().toString())
            .toString()
            .getBytes(StandardCharsets.UTF_8);
    storage.sign(name(read.id()), content, Clock.fixed(read.lastSeen(), ZoneOffset.UTC));
  }

  /** Says that a source needs nothing any more. */
  public void remove(String id) throws IOException {
    storage.delete(name(id));
  }

  private static String name(String id) {
    return FOLDER + "/" + id + SUFFIX;
  }

  /**
   * All of them, whether or not their sources still exist.
   *
   * @throws IOException if one cannot be read: what it needs is not known then
   */
  public List<OpenRead> all() throws IOException {
    List<OpenRead> reads = new ArrayList<>();
    try {
      for (String name : storage.names(FOLDER, "")) {
        String file = LogNames.last(name);
        if (!file.startsWith(".") && file.endsWith(SUFFIX)) {
          read(name, file.substring(0, file.length() - SUFFIX.length())).ifPresent(reads::add);
        }
      }
    } catch (NoSuchFileException none) {
      return List.of();
    }
    return reads;
  }

  private Optional<OpenRead> read(String name, String id) throws IOException {
    try {
      JsonNode version = JSON.readTree(storage.read(name, MOST_BYTES)).path("version");
      if (!version.isIntegralNumber() || !version.canConvertToLong()) {
        throw new IOException("It names no version");
      }
      return Optional.of(new OpenRead(id, version.asLong(), storage.status(name).time()));
    } catch (NoSuchFileException ended) {
      return Optional.empty();
    } catch (OutsideTableException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException(
          "File %s should name the version of table %s that a source reads, but cannot be read: %s. Remove it if no source reads the table"
              .formatted(storage.path(name), storage.table(), e.getMessage()),
          e);
    }
  }
}
