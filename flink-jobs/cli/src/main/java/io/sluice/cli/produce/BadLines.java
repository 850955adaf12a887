package io.sluice.cli.produce;

import io.sluice.cli.platform.Problem;
import io.sluice.cli.text.CommandFailure;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Reports bad lines: the first ones in full, then counts by reason, and all of them as they were in
 * a file, where they can be corrected and sent again.
 */
public final class BadLines implements Closeable {
  /** Lines that are shown in full. */
  public static final int SHOWN = 20;

  /** Reasons are made of names of the schema; names of the input can add to them. */
  private static final int MAX_REASONS = 200;

  private static final String OTHER_REASONS = "other reasons";

  private final String input;
  private final Consumer<String> report;
  private final Optional<Path> path;
  private final OutputStream file;
  private final Map<String, Long> reasons = new LinkedHashMap<>();
  private long count;
  private long notCopied;

  /**
   * Creates the file, which begins with the header of the input.
   *
   * @param input the input, by the name it has in messages
   * @param report takes the lines for a person
   * @param path where all bad lines are written; empty for nowhere
   * @param header the line that names the columns, if the input has one
   */
  public BadLines(Path input, Consumer<String> report, Optional<Path> path, Optional<byte[]> header)
      throws IOException {
    this.input = InputBytes.name(input);
    this.report = report;
    this.path = path;
    if (path.isPresent() && Files.exists(path.get()) && isSame(path.get(), input)) {
      throw new CommandFailure(
          "--bad %s is the input itself: name another file.".formatted(path.get()));
    }
    this.file =
        path.isPresent() ? Files.newOutputStream(path.get()) : OutputStream.nullOutputStream();
    if (header.isPresent()) {
      write(header.get());
    }
  }

  private static boolean isSame(Path bad, Path input) throws IOException {
    return !InputBytes.isStandardInput(input) && Files.isSameFile(bad, input);
  }

  /** Takes a bad line. */
  public void add(InputLine.Bad line) {
    count++;
    if (count <= SHOWN) {
      report.accept("%s, line %d: %s".formatted(input, line.number(), line.reason()));
    }
    Set<String> kinds = line.problems().stream().map(Problem::kind).collect(Collectors.toSet());
    for (String kind : kinds) {
      boolean known = reasons.containsKey(kind) || reasons.size() < MAX_REASONS;
      reasons.merge(known ? kind : OTHER_REASONS, 1L, Long::sum);
    }
    if (line.bytes() == null) {
      notCopied++;
    } else {
      write(line.bytes());
    }
  }

  private void write(byte[] line) {
    try {
      file.write(line);
      boolean ended = line.length > 0 && "\r\n".indexOf(line[line.length - 1]) >= 0;
      if (!ended) {
        file.write('\n');
      }
    } catch (IOException e) {
      throw new CommandFailure(
          "Bad lines cannot be written to %s: %s".formatted(path.orElseThrow(), e.getMessage()), e);
    }
  }

  /** Reports the counts, if not every line was shown, and where all lines are. */
  public void summarize() {
    if (count > SHOWN) {
      report.accept(
          "%s: %d bad lines, of which the first %d are above. By reason:"
              .formatted(input, count, SHOWN));
      byReason()
          .forEach(
              (reason, lines) ->
                  report.accept(
                      "  %d %s: %s".formatted(lines, lines == 1 ? "line" : "lines", reason)));
    }
    if (count > 0 && path.isPresent()) {
      report.accept(
          "All bad lines are in %s%s: correct them there and produce that file."
              .formatted(
                  path.get(), notCopied == 0 ? "" : " (but " + notCopied + " that are too long)"));
    } else if (count > SHOWN) {
      report.accept("--bad FILE writes all bad lines to a file.");
    }
  }

  /** How many lines have each reason, the most frequent first; a line may have several. */
  public Map<String, Long> byReason() {
    List<Map.Entry<String, Long>> entries = new ArrayList<>(reasons.entrySet());
    entries.sort(Map.Entry.comparingByValue(Comparator.reverseOrder()));
    Map<String, Long> sorted = new LinkedHashMap<>();
    entries.forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    return sorted;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
