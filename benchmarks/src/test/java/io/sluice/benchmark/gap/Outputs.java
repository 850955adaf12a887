package io.sluice.benchmark.gap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * When something came out of a pipeline.
 *
 * @param millis milliseconds since 1970, ascending
 */
record Outputs(List<Long> millis) {
  Outputs {
    millis = List.copyOf(millis);
  }

  /** A time in which nothing came out: from one output to the next, in milliseconds since 1970. */
  record Silence(long from, long to) {
    long length() {
      return to - from;
    }
  }

  /** The versions of a table on the disk. */
  static Outputs ofTable(Path table) throws IOException {
    List<Long> times = new ArrayList<>();
    try (Stream<Path> log = Files.list(table.resolve("_delta_log"))) {
      for (Path entry : log.filter(file -> file.toString().endsWith(".json")).toList()) {
        times.add(Files.getLastModifiedTime(entry).toMillis());
      }
    }
    times.sort(Comparator.naturalOrder());
    return new Outputs(times);
  }

  /**
   * The longest silence that ends after one moment and begins before another one.
   *
   * @throws IllegalStateException if nothing came out afterwards
   */
  Silence longest(long begin, long end) {
    Silence longest = null;
    for (int i = 1; i < millis.size(); i++) {
      Silence next = new Silence(millis.get(i - 1), millis.get(i));
      boolean then = next.to() > begin && next.from() < end;
      if (then && (longest == null || next.length() > longest.length())) {
        longest = next;
      }
    }
    if (longest == null) {
      throw new IllegalStateException("Nothing came out after " + begin + ".");
    }
    return longest;
  }
}
