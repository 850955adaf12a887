package io.sluice.spark;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Writers that begin to write the same entry at the same moment. */
final class Race implements AutoCloseable {

  /** Writes an entry, or says that it is there. */
  @FunctionalInterface
  interface Writer {
    void write(String name, String content) throws IOException;
  }

  private final List<Writer> writers;
  private final CyclicBarrier start;
  private final ExecutorService threads;

  Race(List<Writer> writers) {
    this.writers = writers;
    start = new CyclicBarrier(writers.size());
    threads = Executors.newFixedThreadPool(writers.size());
  }

  static String content(String name, int writer) {
    return "{\"%s\": \"writer %d\"}".formatted(name, writer);
  }

  /** What those have written who were told that it is theirs. */
  List<String> winners(String name) throws Exception {
    List<Future<Boolean>> answers = new ArrayList<>();
    for (int writer = 0; writer < writers.size(); writer++) {
      int number = writer;
      answers.add(threads.submit(() -> wins(name, number)));
    }
    List<String> winners = new ArrayList<>();
    for (int writer = 0; writer < writers.size(); writer++) {
      if (answers.get(writer).get()) {
        winners.add(content(name, writer));
      }
    }
    return winners;
  }

  private boolean wins(String name, int writer) throws Exception {
    start.await();
    try {
      writers.get(writer).write(name, content(name, writer));
      return true;
    } catch (FileAlreadyExistsException lost) {
      return false;
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
