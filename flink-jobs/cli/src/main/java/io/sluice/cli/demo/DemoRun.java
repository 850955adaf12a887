package io.sluice.cli.demo;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.platform.Endpoints;
import io.sluice.connectors.kafka.SchemaRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** One demo from the first process to the report. */
final class DemoRun {
  private static final long LOOK_NANOS = 50_000_000;
  private static final long JOB_LOOK_MICROS = 1_000_000;
  private static final long STANDSTILL_MICROS = 120_000_000;
  private static final int READ_ATTEMPTS = 5;
  private static final long READ_AGAIN_NANOS = 2_000_000_000;

  private final DemoOptions options;
  private final DemoStack stack;
  private final Path home;
  private final Path schema;
  private final DemoConsole console;
  private final DemoClock clock = new DemoClock();
  private final DemoEvents events;

  DemoRun(DemoOptions options, DemoStack stack, Path home, Path schema, DemoConsole console) {
    this.options = options;
    this.stack = stack;
    this.home = home;
    this.schema = schema;
    this.console = console;
    events = new DemoEvents(options.events());
  }

  /** The times that the rate is computed from, in microseconds since 1970. */
  private record Span(long fromMicros, long toMicros) {
    double rate(long count) {
      return count / Math.max(1e-6, (toMicros - fromMicros) / 1e6);
    }
  }

  /**
   * Runs the demo.
   *
   * @return whether every check passed
   * @throws CommandFailure when it cannot go on
   * @throws IOException, InterruptedException when it is stopped in the middle
   */
  boolean run() throws IOException, InterruptedException {
    Endpoints at = prepare();
    int schemaId = register(at);
    try (var stores = new StoreReaders(at)) {
      return options.prefill() ? prefilled(at, stores, schemaId) : live(at, stores, schemaId);
    }
  }

  private Endpoints prepare() throws IOException, InterruptedException {
    Endpoints at = stack.up();
    var fresh = new FreshStart(home, at.lake());
    fresh.check();
    stack.cancelEarlierJob();
    fresh.clean(at, console::say);
    return at;
  }

  private int register(Endpoints at) {
    String subject = Names.TOPIC + "-value";
    try {
      var registry = new SchemaRegistry(at.registry());
      int id = registry.register(subject, Files.readString(schema));
      registry.requireBackward(subject);
      console.say("Registered the schema %s as %s, BACKWARD.".formatted(schema, subject));
      return id;
    } catch (IOException e) {
      throw new CommandFailure(
          "The schema %s cannot be registered: %s.".formatted(schema, e.getMessage()), e);
    }
  }

  private boolean live(Endpoints at, StoreReaders stores, int schemaId)
      throws IOException, InterruptedException {
    submit();
    var measurements = new Measurements(clock, stores, at.redis(), options.rate());
    measurements.start();
    long acked = produce(at, schemaId);
    var accepted = new BitSet(options.events());
    ExpectedResults expected = Oracle.compute(events, Topics.PARTITIONS, accepted::set);
    long end = awaitCoverage(stores.coverage(expected), acked);
    measurements.stop();
    long first = events.sendMicros(0);
    long warmUp = Measurements.warmUpMicros(first, events.sendMicros(events.size() - 1));
    var times =
        new DemoTimes(
            new Span(first, end).rate(acked),
            measurements.serving(events, accepted, first + warmUp),
            measurements.freshness(stores.files(), first + warmUp),
            measurements.serving(events, accepted, first),
            warmUp / 1e6);
    return report(at, stores, expected, times);
  }

  private boolean prefilled(Endpoints at, StoreReaders stores, int schemaId)
      throws IOException, InterruptedException {
    long acked = produce(at, schemaId);
    ExpectedResults expected = Oracle.compute(events, Topics.PARTITIONS);
    long running = submit();
    long end = awaitCoverage(stores.coverage(expected), acked);
    return report(
        at,
        stores,
        expected,
        new DemoTimes(
            new Span(running, end).rate(acked),
            Percentiles.none(),
            Percentiles.none(),
            Percentiles.none(),
            0));
  }

  /** Gives the time at which all tasks run. */
  private long submit() throws IOException, InterruptedException {
    console.say("Submitting the pipeline %s ...".formatted(Names.PIPELINE));
    stack.submit();
    return clock.micros();
  }

  private long produce(Endpoints at, int schemaId) throws IOException, InterruptedException {
    var mix = new TradeMix(options.events(), options.dirty(), options.seed());
    var generator = new TradeGenerator(mix, options.seed(), schemaId, events);
    try (var producer = LoadProducer.connect(at.kafka());
        DemoProgress progress = console.progress("producing", options.events())) {
      var load = new LoadProducer(producer, Names.TOPIC, events);
      // Looking up the topic must not make the first events late.
      producer.partitionsFor(Names.TOPIC);
      var times = new SendTimes(clock, options.rate());
      load.run(generator, options.events(), times, (sent, acked) -> progress.reached(acked));
      return load.acknowledged();
    }
  }

  /** Gives the time at which every store held everything, or at which nothing moved any more. */
  private long awaitCoverage(Coverage coverage, long acked)
      throws IOException, InterruptedException {
    long moved = clock.micros();
    long jobSeen = moved;
    Coverage.Gap last = null;
    try (DemoProgress progress = console.progress("reaching the sinks", acked)) {
      Look look = look(coverage);
      while (look.gap().isPresent()) {
        Coverage.Gap gap = look.gap().get();
        progress.reached(gap.store().equals("the ledger") ? gap.found() : acked);
        long now = clock.micros();
        moved = gap.equals(last) ? moved : now;
        last = gap;
        if (now - moved > STANDSTILL_MICROS) {
          console.say(
              "For %d s nothing has moved: %s holds %,d of %,d."
                  .formatted(
                      STANDSTILL_MICROS / 1_000_000, last.store(), last.found(), last.expected()));
          return moved;
        }
        if (now - jobSeen > JOB_LOOK_MICROS) {
          jobSeen = now;
          stopOnFailure();
        }
        pause(LOOK_NANOS);
        look = look(coverage);
      }
      progress.reached(acked);
      return look.micros();
    }
  }

  /** What is missing at a time; the amendments are looked at last, which takes a while. */
  private Look look(Coverage coverage) {
    Optional<Coverage.Gap> gap = coverage.look();
    long now = clock.micros();
    return new Look(now, gap.or(coverage::lookAtAmendments));
  }

  private record Look(long micros, Optional<Coverage.Gap> gap) {}

  private void stopOnFailure() throws InterruptedException {
    Optional<String> failure;
    try {
      failure = stack.failure();
    } catch (IOException e) {
      // Flink is being started again, or nothing moves any more and the run ends by that.
      return;
    }
    if (failure.isPresent()) {
      throw new CommandFailure(
          "The job %s has ended: %s. The logs folder of %s says more."
              .formatted(Names.PIPELINE, failure.get(), home));
    }
  }

  private boolean report(
      Endpoints at, StoreReaders stores, ExpectedResults expected, DemoTimes times)
      throws IOException, InterruptedException {
    Findings found = stores.read(events.size(), expected.acked());
    List<Check> checks = Reconciliation.compare(options.events(), expected, found);
    // Counts can be complete a moment before the last correction of a window or the commit of the
    // dead letters is visible.
    for (int i = 1; i < READ_ATTEMPTS && !passes(checks); i++) {
      pause(READ_AGAIN_NANOS);
      found = stores.read(events.size(), expected.acked());
      checks = Reconciliation.compare(options.events(), expected, found);
    }
    boolean pass = passes(checks);
    var report = new DemoReport(found, times, pass);
    console.say("");
    console.say(CheckTable.render(checks));
    console.say(report.summary(options.prefill()));
    console.say("  Flink web UI     " + at.flink());
    console.say("  schema registry  " + at.registry());
    console.say("  lake             " + at.lake());
    options.json().ifPresent(report::write);
    return pass;
  }

  private static boolean passes(List<Check> checks) {
    return checks.stream().allMatch(Check::passes);
  }

  private static void pause(long nanos) throws InterruptedException {
    LockSupport.parkNanos(nanos);
    if (Thread.interrupted()) {
      throw new InterruptedException("stopped");
    }
  }
}
