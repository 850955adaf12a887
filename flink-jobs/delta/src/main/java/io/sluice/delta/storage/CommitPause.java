package io.sluice.delta.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.flink.annotation.Internal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request to the sinks of a table to commit nothing until a moment, so that a statement of
 * another writer which takes longer than the time between two commits can win. It is a file beside
 * the data, and ends by itself.
 */
@Internal
public final class CommitPause {

  /** Whoever asked for it may have died: it ends so long after it was asked for, at the latest. */
  public static final Duration LONGEST = Duration.ofMinutes(10);

  private static final Logger LOGGER = LoggerFactory.getLogger(CommitPause.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FILE = "_sluice_pause.json";
  private static final String UNTIL = "until";
  private static final int MOST_BYTES = 1 << 16;

  private CommitPause() {}

  /** Asks for a pause; one that is there already is replaced. */
  public static void begin(TableStorage storage, Instant until) throws IOException {
    String content = JSON.createObjectNode().put(UNTIL, until.toEpochMilli()).toString();
    storage.write(FILE, content.getBytes(StandardCharsets.UTF_8), true);
  }

  /**
   * Ends a pause.
   *
   * @return false if there was none
   */
  public static boolean end(TableStorage storage, Instant now) throws IOException {
    boolean paused = until(storage, now).isPresent();
    storage.delete(FILE);
    return paused;
  }

  /** When the pause ends; empty if there is none at that moment. Costs one look for the file. */
  public static Optional<Instant> until(TableStorage storage, Instant now) throws IOException {
    try {
      JsonNode wanted = JSON.readTree(storage.read(FILE, MOST_BYTES)).path(UNTIL);
      if (!wanted.canConvertToLong()) {
        LOGGER.warn("The file {} names no end of a pause, and is passed over", storage.path(FILE));
        return Optional.empty();
      }
      Instant latest = storage.status(FILE).time().plus(LONGEST);
      Instant until = Instant.ofEpochMilli(wanted.asLong());
      Instant end = until.isBefore(latest) ? until : latest;
      return now.isBefore(end) ? Optional.of(end) : Optional.empty();
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      LOGGER.warn("The file {} is no JSON, and is passed over", storage.path(FILE), e);
      return Optional.empty();
    }
  }
}
