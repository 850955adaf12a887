package io.sluice.delta.testing;

import io.sluice.delta.source.DeltaSplit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;

/** A coordinator without threads: what is asynchronous happens when a test says so. */
public final class TestingEnumeratorContext implements SplitEnumeratorContext<DeltaSplit> {

  private final Map<Integer, ReaderInfo> readers = new TreeMap<>();
  private final List<Runnable> once = new ArrayList<>();
  private final List<Runnable> periodic = new ArrayList<>();

  /** All that were ever assigned, in order. */
  public final List<DeltaSplit> assigned = new ArrayList<>();

  public final Set<Integer> ended = new TreeSet<>();

  public void register(int reader) {
    readers.put(reader, new ReaderInfo(reader, "here"));
  }

  public void unregister(int reader) {
    readers.remove(reader);
  }

  /** Runs what was to be called once, and each periodic call once. */
  public void tick() {
    List<Runnable> now = new ArrayList<>(once);
    once.clear();
    now.forEach(Runnable::run);
    List.copyOf(periodic).forEach(Runnable::run);
  }

  @Override
  public SplitEnumeratorMetricGroup metricGroup() {
    return UnregisteredMetricsGroup.createSplitEnumeratorMetricGroup();
  }

  @Override
  public void sendEventToSourceReader(int reader, SourceEvent event) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int currentParallelism() {
    return readers.size();
  }

  @Override
  public Map<Integer, ReaderInfo> registeredReaders() {
    return readers;
  }

  @Override
  public void assignSplits(SplitsAssignment<DeltaSplit> assignment) {
    assignment.assignment().values().forEach(assigned::addAll);
  }

  @Override
  public void signalNoMoreSplits(int reader) {
    ended.add(reader);
  }

  @Override
  public <T> void callAsync(Callable<T> callable, BiConsumer<T, Throwable> handler) {
    once.add(() -> call(callable, handler));
  }

  @Override
  public <T> void callAsync(
      Callable<T> callable, BiConsumer<T, Throwable> handler, long delay, long period) {
    periodic.add(() -> call(callable, handler));
  }

  private static <T> void call(Callable<T> callable, BiConsumer<T, Throwable> handler) {
    T result = null;
    Exception failure = null;
    try {
      result = callable.call();
    } catch (Exception e) {
      failure = e;
    }
    handler.accept(result, failure);
  }

  @Override
  public void runInCoordinatorThread(Runnable task) {
    task.run();
  }
}
