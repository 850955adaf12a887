package io.sluice.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.sluice.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The result of a demo, for people and as one JSON object. Percentiles that were not measured are
 * null.
 *
 * @param pass whether every check passed
 */
record DemoReport(Findings found, DemoTimes times, boolean pass) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** The verdict and the numbers. */
  String summary(boolean prefilled) {
    var lines = new ArrayList<String>();
    lines.add(pass ? "PASS: every event is accounted for." : "FAIL: see the lines above.");
    lines.add(
        "  events/s         %,.0f (%s until every sink held them)"
            .formatted(
                times.eventsPerSecond(),
                prefilled ? "from the running job" : "from the first send"));
    lines.add("  serving latency  %s: sent, readable in Redis".formatted(times.servingLatency()));
    lines.add("  Delta freshness  %s: sent, version readable".formatted(times.freshness()));
    if (!prefilled) {
      lines.add(
          "                   (without the first %.1f s, the warm-up; with it, serving %s)"
              .formatted(times.warmUpSeconds(), times.servingWithWarmUp()));
    }
    return String.join(System.lineSeparator(), lines);
  }

  /** The object's members in the order of the documentation. */
  Map<String, Object> members() {
    var members = new LinkedHashMap<String, Object>();
    members.put("produced", found.produced());
    members.put("acked", found.acked());
    members.put("bronze", found.bronze().rows());
    members.put("silver", found.silver().rows());
    members.put("rejected", found.rejected());
    members.put("rejectedTotal", Findings.total(found.rejected()));
    members.put("duplicates", found.ledger().duplicates());
    members.put("late", found.late());
    members.put("ledgerGap", found.ledger().gap());
    members.put("gold", Map.of(Names.EXPOSURE, found.gold().rows()));
    members.put("redisKeys", found.positions().size());
    members.put("jdbcRows", Map.of(Names.EXPOSURE, found.jdbc().size()));
    members.put("eventsPerSecond", Math.round(times.eventsPerSecond()));
    members.put("servingLatencyMs", percentiles(times.servingLatency()));
    members.put("freshnessMs", percentiles(times.freshness()));
    members.put("pass", pass);
    return members;
  }

  private static Map<String, Object> percentiles(Percentiles measured) {
    var members = new LinkedHashMap<String, Object>();
    members.put("p50", measured.p50());
    members.put("p99", measured.p99());
    return members;
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
