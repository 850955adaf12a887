package io.sluice.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.sluice.cli.demo.measure.Findings;
import io.sluice.cli.demo.measure.Names;
import io.sluice.cli.demo.measure.Percentiles;
import io.sluice.cli.text.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The result of a demo, for people and as one JSON object. Percentiles that were not measured are
 * null.
 *
 * @param pass whether every check passed
 */
public record DemoReport(Findings found, DemoTimes times, boolean pass) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** A median above this is time spent in a queue. */
  private static final double BACKLOG_MILLIS = 1_000;

  /** The verdict and the numbers. */
  String summary(boolean prefilled) {
    var lines = new ArrayList<String>();
    lines.add(
        pass
            ? "PASS: each of the %,d trades is accounted for.".formatted(found.produced())
            : "FAIL: see the lines marked FAIL above.");
    if (!prefilled) {
      lines.add("  serving latency  %s: sent, readable in Redis".formatted(times.servingLatency()));
      lines.add("  Delta freshness  %s: sent, version readable".formatted(times.freshness()));
    }
    lines.add(
        "  throughput       %,.0f events/s, %s until every store held them"
            .formatted(
                times.eventsPerSecond(),
                prefilled ? "from the running job" : "from the first send"));
    if (!prefilled) {
      lines.addAll(meaning());
    }
    return String.join(System.lineSeparator(), lines);
  }

  /** What the numbers say, and what they do not. */
  private List<String> meaning() {
    Percentiles serving = times.servingLatency();
    if (serving.samples() == 0) {
      return List.of();
    }
    var lines = new ArrayList<String>();
    lines.add(
        "  Half of the trades were in the live view of Redis %.1f ms after they were sent, 99 of 100 within %.1f ms."
            .formatted(serving.p50(), serving.p99()));
    if (serving.p50() > BACKLOG_MILLIS) {
      lines.add(
          "  The job did not keep up: trades waited in Kafka. A lower --rate shows the latency without a queue.");
    } else if (times.warmUp().suffices()) {
      lines.add(
          "  Measured warm, without the first %.0f s. With them: %s."
              .formatted(times.warmUp().seconds(), times.servingWithWarmUp()));
    } else {
      lines.add(
          "  Measured without the first %.1f s, but the job was not warm yet: 'sluice demo' without options sends for longer."
              .formatted(times.warmUp().seconds()));
    }
    return lines;
  }

  /** The object, with its members in the order of the documentation. */
  public record Members(
      long produced,
      long acked,
      long bronze,
      long silver,
      Map<String, Long> rejected,
      long rejectedTotal,
      long duplicates,
      long late,
      long ledgerGap,
      Map<String, Long> gold,
      int redisKeys,
      Map<String, Integer> jdbcRows,
      long eventsPerSecond,
      MedianAndTail servingLatencyMs,
      MedianAndTail freshnessMs,
      boolean pass) {}

  /** Two percentiles; null when nothing was measured. */
  public record MedianAndTail(Double p50, Double p99) {
    static MedianAndTail of(Percentiles measured) {
      return new MedianAndTail(measured.p50(), measured.p99());
    }
  }

  /** What is written. */
  public Members members() {
    return new Members(
        found.produced(),
        found.acked(),
        found.bronze().rows(),
        found.silver().rows(),
        found.rejected(),
        Findings.total(found.rejected()),
        found.ledger().duplicates(),
        found.late(),
        found.ledger().gap(),
        Map.of(Names.EXPOSURE, found.gold().rows()),
        found.positions().size(),
        Map.of(Names.EXPOSURE, found.jdbc().size()),
        Math.round(times.eventsPerSecond()),
        MedianAndTail.of(times.servingLatency()),
        MedianAndTail.of(times.freshness()),
        pass);
  }

  /** Writes the object to a file, making its folder when there is none. */
  void write(Path file) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.write(file, JSON.writeValueAsBytes(members()));
    } catch (IOException e) {
      throw new CommandFailure("The file " + file + " cannot be written: " + e.getMessage(), e);
    }
  }
}
