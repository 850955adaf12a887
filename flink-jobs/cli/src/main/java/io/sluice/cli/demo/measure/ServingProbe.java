package io.sluice.cli.demo.measure;

import io.sluice.cli.demo.trade.DemoClock;
import java.util.Arrays;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * Measures serving latency from outside the job: reads the versions of all books over and over and
 * notes when one has grown. A version counts the events in a value, so growth from v0 to v1 says
 * when the events v0+1 to v1 of that book became readable.
 */
final class ServingProbe {
  private final DemoClock clock;
  private final Versions versions;
  private final long[] last;
  private byte[] book = new byte[1 << 12];
  private long[] micros = new long[1 << 12];
  private long[] version = new long[1 << 12];
  private int size;

  /** Reads the current version of every book, 0 for one that is not there. */
  @FunctionalInterface
  interface Versions {
    long[] read();
  }

  ServingProbe(DemoClock clock, Versions versions, int books) {
    this.clock = clock;
    this.versions = versions;
    last = new long[books];
  }

  /** Looks once. */
  void look() {
    long[] now = versions.read();
    // After the answer: the value was readable by then at the latest.
    long at = clock.micros();
    for (int i = 0; i < last.length; i++) {
      if (now[i] > last[i]) {
        last[i] = now[i];
        note(i, now[i], at);
      }
    }
  }

  private void note(int ofBook, long newVersion, long at) {
    if (size == book.length) {
      book = Arrays.copyOf(book, size * 2);
      micros = Arrays.copyOf(micros, size * 2);
      version = Arrays.copyOf(version, size * 2);
    }
    book[size] = (byte) ofBook;
    micros[size] = at;
    version[size++] = newVersion;
  }

  /**
   * The distribution over all events; call it when nobody looks any more.
   *
   * @param sentByBook the intended send times of the accepted events of every book, ascending
   * @param fromMicros events sent earlier are warm-up and dropped
   */
  Percentiles percentiles(List<long[]> sentByBook, long fromMicros) {
    var histogram = new Histogram(3);
    int[] reached = new int[last.length];
    for (int i = 0; i < size; i++) {
      long[] sent = sentByBook.get(book[i]);
      int until = (int) Math.min(version[i], sent.length);
      for (int event = reached[book[i]]; event < until; event++) {
        if (sent[event] >= fromMicros) {
          histogram.recordValue(Math.max(0, micros[i] - sent[event]));
        }
      }
      reached[book[i]] = Math.max(reached[book[i]], until);
    }
    return Percentiles.of(histogram);
  }
}
