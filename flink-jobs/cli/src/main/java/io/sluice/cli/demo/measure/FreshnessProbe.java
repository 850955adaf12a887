package io.sluice.cli.demo.measure;

import io.delta.kernel.types.TimestampType;
import io.sluice.cli.demo.trade.DemoClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * Measures Delta freshness from outside the job: notes when each version of a silver table is first
 * there for this process, and afterwards compares that with the intended send times of its rows
 * (the column {@code _ingestion_time}).
 */
final class FreshnessProbe {

  private final DemoClock clock;
  private final DeltaLogTail tail;
  private final List<Seen> versions = new ArrayList<>();

  private record Seen(long micros, List<DeltaLogTail.AddedFile> files) {}

  FreshnessProbe(DemoClock clock, String table) {
    this.clock = clock;
    tail = new DeltaLogTail(table);
  }

  /** Looks for new versions once. */
  void look() {
    Optional<DeltaLogTail.Version> version = tail.poll();
    while (version.isPresent()) {
      versions.add(new Seen(clock.micros(), version.get().added()));
      version = tail.poll();
    }
  }

  /**
   * The distribution over all rows; call it when nobody looks any more.
   *
   * @param fromMicros events sent earlier are warm-up and dropped
   */
  Percentiles percentiles(DataFiles files, long fromMicros) {
    var histogram = new Histogram(3);
    for (Seen version : versions) {
      files.longs(
          version.files(),
          "_ingestion_time",
          TimestampType.TIMESTAMP,
          sentMicros -> {
            if (sentMicros >= fromMicros) {
              histogram.recordValue(Math.max(0, version.micros() - sentMicros));
            }
          });
    }
    return Percentiles.of(histogram);
  }
}
