package io.sluice.delta.source;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;

/** Splits that wait for a reader, and readers that wait for a split. For one thread. */
final class SplitQueue {

  private final SplitEnumeratorContext<DeltaSplit> context;
  private final ArrayDeque<DeltaSplit> pending = new ArrayDeque<>();
  private final Set<Integer> waiting = new LinkedHashSet<>();

  /** Readers that hold no split: they ask only then. */
  private final Set<Integer> idle = new HashSet<>();

  SplitQueue(SplitEnumeratorContext<DeltaSplit> context) {
    this.context = context;
  }

  void add(List<DeltaSplit> splits) {
    pending.addAll(splits);
  }

  /** Takes splits back of a reader that failed; they come first again. */
  void addBack(List<DeltaSplit> splits, int reader) {
    waiting.remove(reader);
    idle.remove(reader);
    for (int i = splits.size() - 1; i >= 0; i--) {
      pending.addFirst(splits.get(i));
    }
  }

  void request(int reader) {
    waiting.add(reader);
    idle.add(reader);
  }

  /** Gives each waiting reader one split, as far as they last. */
  void assign() {
    Iterator<Integer> readers = waiting.iterator();
    while (readers.hasNext() && !pending.isEmpty()) {
      int reader = readers.next();
      if (context.registeredReaders().containsKey(reader)) {
        context.assignSplit(pending.poll(), reader);
        idle.remove(reader);
      }
      // A reader that is gone asks again when it is back.
      readers.remove();
    }
  }

  /** Tells the readers that still wait that nothing will come. */
  void end() {
    waiting.stream()
        .filter(reader -> context.registeredReaders().containsKey(reader))
        .forEach(context::signalNoMoreSplits);
    waiting.clear();
  }

  /** Whether all splits are read, by readers of this number. */
  boolean isAtRest(int readers) {
    return pending.isEmpty() && IntStream.range(0, readers).allMatch(idle::contains);
  }

  int size() {
    return pending.size();
  }

  List<DeltaSplit> pending() {
    return List.copyOf(pending);
  }
}
