package io.sluice.cli.command;

import io.sluice.cli.platform.Cluster;
import io.sluice.cli.platform.Cluster.DatasetCounts;
import io.sluice.cli.platform.Cluster.ViewCounts;
import io.sluice.cli.text.Cells;
import io.sluice.cli.text.Output;
import io.sluice.cli.text.Text;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** The counters of the running jobs in 'sluice status'. */
final class StatusCounters {
  private StatusCounters() {}

  /** Four tables: datasets, rules, event time, views; an empty one is left out. */
  static void print(List<StatusReport.JobState> jobs, Output output) {
    List<List<String>> datasets = new ArrayList<>();
    List<List<String>> rules = new ArrayList<>();
    List<List<String>> times = new ArrayList<>();
    List<List<String>> views = new ArrayList<>();
    for (StatusReport.JobState job : jobs) {
      for (DatasetCounts counts : job.counters().datasets()) {
        datasets.add(dataset(counts, job.job().name()));
        counts.rejected().forEach((rule, n) -> rules.add(rule(counts, rule, "rejected", n)));
        counts.kept().forEach((rule, n) -> rules.add(rule(counts, rule, "kept", n)));
      }
      job.counters().eventTimes().forEach(time -> times.add(time(time)));
      job.counters().views().forEach(view -> views.add(view(view, job.job().name())));
    }
    table(
        output,
        List.of("DATASET", "PIPELINE", "CONSUMED", "SILVER", "REJECTED", "DUPLICATES"),
        datasets);
    table(output, List.of("DATASET", "RULE", "RECORDS ARE", "COUNT"), rules);
    table(output, List.of("DATASET", "EVENT TIME HAS REACHED", "WAITS FOR"), times);
    table(output, List.of("VIEW", "PIPELINE", "OPEN WINDOWS", "LATE", "REJECTED"), views);
  }

  private static void table(Output output, List<String> header, List<List<String>> rows) {
    if (!rows.isEmpty()) {
      output.line("");
      output.table(header, rows);
    }
  }

  private static List<String> dataset(DatasetCounts counts, String pipeline) {
    return List.of(
        counts.dataset(),
        pipeline,
        String.valueOf(counts.consumed()),
        String.valueOf(counts.silver()),
        String.valueOf(counts.allRejected()),
        String.valueOf(counts.duplicates()));
  }

  private static List<String> rule(DatasetCounts counts, String rule, String what, long number) {
    return List.of(counts.dataset(), Cells.text(rule), what, String.valueOf(number));
  }

  private static List<String> time(Cluster.EventTime time) {
    return List.of(
        time.dataset(),
        time.watermark().map(Text::time).orElse("nothing yet"),
        time.heldBy().isPresent() ? "partition " + time.heldBy().getAsLong() : "");
  }

  private static List<String> view(ViewCounts view, String pipeline) {
    boolean windows = view.openWindows().isPresent();
    return List.of(
        view.view(),
        pipeline,
        windows ? String.valueOf(view.openWindows().getAsLong()) : "",
        windows ? String.valueOf(view.late()) : "",
        String.valueOf(view.rejected()));
  }

  /** The counters of a job in their machine form. */
  record Entry(
      List<DatasetCounts> datasets, List<EventTimeEntry> eventTimes, List<ViewEntry> views) {
    static Entry of(Cluster.Counters counters) {
      return new Entry(
          counters.datasets(),
          counters.eventTimes().stream().map(EventTimeEntry::of).toList(),
          counters.views().stream().map(ViewEntry::of).toList());
    }
  }

  private record EventTimeEntry(String dataset, String watermark, Long heldBy) {
    static EventTimeEntry of(Cluster.EventTime time) {
      return new EventTimeEntry(
          time.dataset(),
          time.watermark().map(Instant::toString).orElse(null),
          orNull(time.heldBy()));
    }
  }

  private record ViewEntry(String view, long rejected, long late, Long openWindows) {
    static ViewEntry of(ViewCounts view) {
      return new ViewEntry(view.view(), view.rejected(), view.late(), orNull(view.openWindows()));
    }
  }

  private static Long orNull(OptionalLong number) {
    return number.isPresent() ? number.getAsLong() : null;
  }
}
