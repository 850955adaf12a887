package io.sluice.testkit.fault;

import java.util.Map;
import java.util.TreeMap;

/** Counts requests by kind, and how many of them had to wait for one another. Thread-safe. */
final class RequestCounts {

  private final Map<String, Long> counts = new TreeMap<>();
  private long lastEnd = System.nanoTime();
  private long sequential;

  synchronized void ended(S3Request request, long begin) {
    counts.merge(request.kind(), 1L, Long::sum);
    // Requests come here in the order of their ends. Of those that do not overlap, as many as
    // possible are found by taking the one that ends first, then the next that begins after it.
    if (begin >= lastEnd) {
      sequential++;
      lastEnd = System.nanoTime();
    }
  }

  synchronized void reset() {
    counts.clear();
    sequential = 0;
    lastEnd = System.nanoTime();
  }

  synchronized Map<String, Long> counts() {
    return new TreeMap<>(counts);
  }

  synchronized long sequential() {
    return sequential;
  }
}
