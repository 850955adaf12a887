package io.sluice.connectors.kafka;

import java.util.ArrayList;
import java.util.List;

/**
 * The transactions that were committed under one transactional id, as ranges of epochs of a
 * producer id, oldest first. One range holds what one writer committed in its life.
 */
record CommittedEpochs(List<Range> ranges) {
  static final CommittedEpochs NONE = new CommittedEpochs(List.of());

  /** More than any restart needs; keeps the text far below Kafka's limit for metadata (4 KB). */
  private static final int MAX_RANGES = 32;

  CommittedEpochs {
    int size = ranges.size();
    ranges = List.copyOf(ranges.subList(Math.max(0, size - MAX_RANGES), size));
  }

  /** Epochs {@code first} to {@code last}, both included. */
  record Range(long producerId, short first, short last) {
    boolean contains(long otherProducerId, short epoch) {
      return producerId == otherProducerId && first <= epoch && epoch <= last;
    }
  }

  boolean contains(long producerId, short epoch) {
    return ranges.stream().anyMatch(range -> range.contains(producerId, epoch));
  }

  /** With one more transaction, the first of its writer. */
  CommittedEpochs begin(long producerId, short epoch) {
    List<Range> more = new ArrayList<>(ranges);
    more.add(new Range(producerId, epoch, epoch));
    return new CommittedEpochs(more);
  }

  /**
   * With one more transaction of the writer that made the last range. It covers the epochs between:
   * a writer uses an id again only after its former transaction was committed.
   */
  CommittedEpochs extend(long producerId, short epoch) {
    Range last = ranges.get(ranges.size() - 1);
    if (last.producerId() != producerId || epoch < last.last()) {
      return begin(producerId, epoch);
    }
    List<Range> more = new ArrayList<>(ranges.subList(0, ranges.size() - 1));
    more.add(new Range(producerId, last.first(), epoch));
    return new CommittedEpochs(more);
  }

  CommittedEpochs union(CommittedEpochs other) {
    List<Range> all = new ArrayList<>(ranges);
    other.ranges.stream().filter(range -> !all.contains(range)).forEach(all::add);
    return new CommittedEpochs(all);
  }

  /** {@code producer:first:last} joined by spaces. */
  String text() {
    List<String> parts = new ArrayList<>();
    ranges.forEach(r -> parts.add(r.producerId() + ":" + r.first() + ":" + r.last()));
    return String.join(" ", parts);
  }

  /**
   * Reads {@link #text}.
   *
   * @throws IllegalArgumentException when it is something else
   */
  static CommittedEpochs parse(String text) {
    List<Range> ranges = new ArrayList<>();
    for (String part : text.isBlank() ? new String[0] : text.trim().split(" ")) {
      String[] fields = part.split(":");
      if (fields.length != 3) {
        throw new IllegalArgumentException("not a range of committed epochs: " + part);
      }
      ranges.add(
          new Range(
              Long.parseLong(fields[0]), Short.parseShort(fields[1]), Short.parseShort(fields[2])));
    }
    return new CommittedEpochs(ranges);
  }
}
