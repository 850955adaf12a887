package io.sluice.delta.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.apache.flink.annotation.Internal;

/**
 * The actions of a log entry, one by one. Bytes that are no UTF-8 become the replacement character,
 * as in Kernel: only statistics of foreign writers have them.
 */
@Internal
public final class LogLines implements Closeable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String file;
  private final BufferedReader lines;
  private long number;

  private LogLines(String file, BufferedReader lines) {
    this.file = file;
    this.lines = lines;
  }

  /**
   * @throws java.nio.file.NoSuchFileException if there is no such file
   */
  public static LogLines open(TableStorage storage, String name) throws IOException {
    // A reader made by Files fails on bytes that are no UTF-8.
    return new LogLines(
        storage.path(name),
        new BufferedReader(new InputStreamReader(storage.open(name), StandardCharsets.UTF_8)));
  }

  /**
   * The next action; null behind the last.
   *
   * @throws NotAnActionException if the line is empty or no JSON object, naming file and line
   */
  public JsonNode next() throws IOException {
    String line = lines.readLine();
    if (line == null) {
      return null;
    }
    number++;
    if (line.isBlank()) {
      throw new NotAnActionException("line %d of %s is empty".formatted(number, file), null);
    }
    try {
      JsonNode action = JSON.readTree(line);
      if (action.isObject()) {
        return action;
      }
    } catch (JsonProcessingException e) {
      throw new NotAnActionException(
          "line %d of %s is no JSON: %s".formatted(number, file, e.getOriginalMessage()), e);
    }
    throw new NotAnActionException("line %d of %s is no JSON object".formatted(number, file), null);
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
