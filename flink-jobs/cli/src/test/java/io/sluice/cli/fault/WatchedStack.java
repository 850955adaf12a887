package io.sluice.cli.fault;

import static org.awaitility.Awaitility.await;

import io.sluice.cli.demo.measure.Names;
import io.sluice.cli.platform.Cluster;
import io.sluice.connectors.kafka.transactions.KafkaTransactions;
import io.sluice.connectors.kafka.transactions.OpenTransaction;
import io.sluice.sandbox.home.Component;
import io.sluice.sandbox.home.ObjectStore;
import io.sluice.sandbox.home.SandboxHome;
import io.sluice.testkit.S3Server;
import io.sluice.testkit.fault.FaultyS3;
import io.sluice.testkit.prometheus.PrometheusServer;
import io.sluice.testkit.prometheus.ShortenedRules;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.core.ConditionFactory;

/**
 * The shipped pipeline on real servers with its bucket behind a proxy of faults, fed steadily, and
 * a real Prometheus with the shipped rules that scrapes it as the sandbox's own file says. All
 * times of the rules and the time between two scrapes are divided by {@link #DIVISOR}.
 */
final class WatchedStack implements AutoCloseable {

  /** An hour of the rules is two minutes here. */
  static final int DIVISOR = 30;

  private static final Duration PATIENCE = Duration.ofMinutes(4);

  /** Several times the interval of checkpoints. */
  private static final Duration LONG_OPEN = Duration.ofSeconds(4);

  final FaultStack stack;
  final FaultyS3 network;
  final PrometheusServer prometheus;
  final ShortenedRules rules;

  private final S3Server server;
  private final SteadyTrades trades;
  private final Set<String> seen = new TreeSet<>();

  private WatchedStack(FaultStack stack, Path home, Path folder) throws Exception {
    this.stack = stack;
    ObjectStore store = stack.sandbox().endpoints().objects().orElseThrow();
    stack.sandbox().stop(Component.S3);
    server =
        S3Server.start(
            new SandboxHome(home).bucket().getParent(),
            store.keys().accessKey(),
            store.keys().secretKey());
    network = FaultyS3.before(server.endpoint(), URI.create(store.endpoint()).getPort());
    stack.look(new ObjectStore(server.endpoint().toString(), store.keys()));
    stack.submit(Optional.empty());
    trades = SteadyTrades.begin(stack, 0.04, 31);
    rules = AlertWatch.rules(DIVISOR);
    prometheus = AlertWatch.start(stack, folder, rules);
  }

  /** Starts everything and waits until the pipeline commits and Prometheus has seen it. */
  static WatchedStack start(Path folder) throws Exception {
    Path home = folder.resolve("home");
    FaultStack stack = FaultStack.startOnBucket(home);
    WatchedStack watched;
    try {
      watched = new WatchedStack(stack, home, folder.resolve("prometheus"));
    } catch (Exception e) {
      stack.close();
      throw e;
    }
    watched
        .until("records of all series")
        .until(() -> watched.prometheus.query("sluice:table_version:max > 2").size() > 2);
    return watched;
  }

  ConditionFactory until(String what) {
    return await(what).pollInterval(Duration.ofMillis(250)).atMost(PATIENCE);
  }

  /** Waits until all of these alerts fire. */
  void awaitFiring(String... alerts) {
    long begin = System.nanoTime();
    Set<String> missing = new TreeSet<>(Set.of(alerts));
    until("alerts " + String.join(", ", alerts))
        .until(
            () -> {
              for (String alert : prometheus.firing()) {
                seen.add(alert);
                if (missing.remove(alert)) {
                  say("%s fires after %d s", alert, begin);
                }
              }
              return missing.isEmpty();
            });
  }

  /** Waits until none of these alerts fires any more. */
  void awaitClear(String... alerts) {
    long begin = System.nanoTime();
    Set<String> wanted = Set.of(alerts);
    Set<String> left = new TreeSet<>(wanted);
    until("the end of " + String.join(", ", alerts))
        .until(
            () -> {
              Set<String> now = new TreeSet<>(prometheus.firing());
              seen.addAll(now);
              for (String alert : wanted) {
                if (!now.contains(alert) && left.remove(alert)) {
                  say("%s is clear after %d s", alert, begin);
                }
              }
              now.retainAll(wanted);
              return now.isEmpty();
            });
  }

  /**
   * Waits for a transaction of the pipeline's dead letters that a checkpoint holds and that is not
   * committed: another one has begun behind it, seconds ago.
   */
  OpenTransaction awaitTransactionOfCheckpoint() {
    String prefix = "sluice." + Names.PIPELINE + ".";
    AtomicReference<OpenTransaction> oldest = new AtomicReference<>();
    try (KafkaTransactions transactions = new KafkaTransactions(stack.at().kafka())) {
      until("a transaction that waits for its checkpoint")
          .until(
              () -> {
                List<OpenTransaction> open =
                    transactions.open().stream()
                        .filter(each -> each.id().startsWith(prefix) && each.isOngoing())
                        .toList();
                if (open.size() < 2) {
                  return false;
                }
                oldest.set(open.get(0));
                return open.get(0).began().orElseThrow().isBefore(Instant.now().minus(LONG_OPEN));
              });
    }
    return oldest.get();
  }

  /** Runs a command of the command line and returns what it prints. */
  String command(String... words) {
    StringWriter text = new StringWriter();
    stack.command(new PrintWriter(text, true), words);
    return text.toString();
  }

  /** Ends the job and starts another one, which reads everything again. */
  void startWithoutState() throws IOException, InterruptedException {
    for (Cluster.Job job : stack.cluster().jobs()) {
      if (job.active()) {
        stack.cluster().cancel(job.id());
      }
    }
    stack.submit(Optional.empty());
  }

  private static void say(String text, String alert, long begin) {
    System.out.printf(text + "%n", alert, Duration.ofNanos(System.nanoTime() - begin).toSeconds());
  }

  /** The alerts that have fired. */
  Set<String> seen() {
    return Set.copyOf(seen);
  }

  @Override
  public void close() throws Exception {
    try (stack;
        server;
        network;
        prometheus) {
      trades.close();
    }
  }
}
