package io.sluice.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class that leaves a process, a thread or an open temporary file behind. Registers
 * itself for every test of a module that has the test kit on its class path.
 *
 * <p>What others keep for the life of the virtual machine (pools of Flink, Netty, the JDK) is not a
 * leak, nor are the {@linkplain SparkReader#shared shared reader} and the {@linkplain
 * S3Server#shared shared S3 server}; what counts are threads that keep the machine alive, clients
 * that were not closed, and files below the temporary folder.
 */
public final class LeakCheck implements BeforeAllCallback, AfterAllCallback {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(LeakCheck.class);
  private static final Duration GRACE = Duration.ofSeconds(10);

  /**
   * Daemon threads of clients; a client that was closed has none. Kafka's admin clients are not
   * among them: Flink's exactly-once Kafka writer never closes the one that it makes on restore.
   */
  private static final List<String> CLIENT_THREADS =
      List.of("kafka-producer-network-thread", "Source Data Fetcher");

  private record Resources(Set<String> processes, Set<String> threads, Set<String> files) {
    static Resources now() {
      return new Resources(processesNow(), threadsNow(), filesNow());
    }

    List<String> addedSince(Resources before) {
      List<String> added = new ArrayList<>();
      collect(added, "process", processes, before.processes);
      collect(added, "thread", threads, before.threads);
      collect(added, "open file", files, before.files);
      return added;
    }

    private static void collect(
        List<String> added, String kind, Set<String> now, Collection<String> before) {
      now.stream()
          .filter(name -> !before.contains(name))
          .map(name -> kind + " " + name)
          .forEach(added::add);
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    context.getStore(NAMESPACE).put(context.getRequiredTestClass(), Resources.now());
  }

  @Override
  public void afterAll(ExtensionContext context) {
    Resources before =
        context.getStore(NAMESPACE).get(context.getRequiredTestClass(), Resources.class);
    try {
      Awaitility.await()
          .pollInSameThread()
          .atMost(GRACE)
          .pollDelay(Duration.ZERO)
          .until(() -> Resources.now().addedSince(before).isEmpty());
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          context.getRequiredTestClass().getName()
              + " leaves behind: "
              + String.join("; ", Resources.now().addedSince(before))
              + ". Close what the test opened."
              + stacksOfClients(),
          e);
    }
  }

  private static Set<String> processesNow() {
    return ProcessHandle.current()
        .descendants()
        .filter(ProcessHandle::isAlive)
        .filter(process -> !SparkReader.isShared(process) && !S3Server.isShared(process))
        .map(process -> process.pid() + " " + process.info().command().orElse(""))
        .collect(Collectors.toSet());
  }

  private static Set<String> threadsNow() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .filter(thread -> !thread.isDaemon() || isClient(thread))
        // JUnit's own, of tests with a time limit.
        .filter(thread -> !thread.getName().equals("junit-jupiter-timeout-watcher"))
        .map(thread -> thread.getName() + " #" + thread.getId())
        .collect(Collectors.toSet());
  }

  /** What such a thread waits for says who should have ended it. */
  private static String stacksOfClients() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(thread -> isClient(thread.getKey()))
        .map(thread -> "\n" + thread.getKey() + "\n  at " + frames(thread.getValue()))
        .collect(Collectors.joining());
  }

  private static String frames(StackTraceElement[] stack) {
    return Stream.of(stack).map(String::valueOf).collect(Collectors.joining("\n  at "));
  }

  private static boolean isClient(Thread thread) {
    return CLIENT_THREADS.stream().anyMatch(thread.getName()::startsWith);
  }

  /** Only where the system shows them. */
  private static Set<String> filesNow() {
    Path descriptors = Path.of("/proc/self/fd");
    Set<String> files = new HashSet<>();
    if (!Files.isDirectory(descriptors)) {
      return files;
    }
    try (Stream<Path> entries = Files.list(descriptors)) {
      entries.forEach(entry -> addTarget(entry, files));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  private static void addTarget(Path descriptor, Set<String> files) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      if (target.contains("/junit") && !target.endsWith(".jar")) {
        files.add(target);
      }
    } catch (NoSuchFileException closedMeanwhile) {
      files.remove(descriptor.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
