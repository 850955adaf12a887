package io.sluice.cli.demo;

import io.sluice.cli.demo.measure.Check;
import io.sluice.cli.demo.measure.CheckTable;
import io.sluice.cli.demo.measure.Findings;
import io.sluice.cli.demo.measure.Measurements;
import io.sluice.cli.demo.measure.Names;
import io.sluice.cli.demo.measure.Percentiles;
import io.sluice.cli.demo.measure.Reconciliation;
import io.sluice.cli.demo.measure.StoreReaders;
import io.sluice.cli.demo.trade.DemoClock;
import io.sluice.cli.demo.trade.DemoEvents;
import io.sluice.cli.demo.trade.ExpectedResults;
import io.sluice.cli.demo.trade.LoadProducer;
import io.sluice.cli.demo.trade.Oracle;
import io.sluice.cli.demo.trade.SendTimes;
import io.sluice.cli.demo.trade.TradeGenerator;
import io.sluice.cli.demo.trade.TradeMix;
import io.sluice.cli.platform.Endpoints;
import io.sluice.cli.text.CommandFailure;
import io.sluice.definition.model.LakeRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** One demo from the first process to the report. */
public final class DemoRun {
  private static final int READ_ATTEMPTS = 5;
  private static final long READ_AGAIN_NANOS = 2_000_000_000;

  private final DemoOptions options;
  private final DemoStack stack;
  private final Path home;
  private final DemoConsole console;
  private final DemoGuide guide;
  private final DemoClock clock = new DemoClock();
  private final DemoEvents events;

  public DemoRun(
      DemoOptions options, DemoStack stack, Path home, DemoConsole console, DemoGuide guide) {
    this.options = options;
    this.guide = guide;
    this.stack = stack;
    this.home = home;
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
  public boolean run() throws IOException, InterruptedException {
    console.say(guide.opening());
    Endpoints at = prepare();
    int schemaId = register();
    try (var stores = new StoreReaders(at)) {
      return options.prefill() ? prefilled(at, stores, schemaId) : live(at, stores, schemaId);
    }
  }

  private Endpoints prepare() throws IOException, InterruptedException {
    console.say(guide.servers());
    Endpoints at = stack.up();
    var fresh = new FreshStart(home, at.lake());
    fresh.check();
    stack.cancelEarlierJob();
    fresh.clean(at, console::say);
    return at;
  }

  private int register() {
    console.say(guide.schema());
    try {
      int id = stack.register();
      console.say("  trades.avsc is %s-value, id %d".formatted(Names.TOPIC, id));
      return id;
    } catch (IOException e) {
      throw new CommandFailure(
          "The schema of the trades cannot be registered: %s.".formatted(e.getMessage()), e);
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
    long end = awaitArrival(stores, expected, acked);
    measurements.stop();
    long first = events.sendMicros(0);
    WarmUp warmUp = WarmUp.of(events.sendMicros(events.size() - 1) - first);
    long warm = first + warmUp.micros();
    var times =
        new DemoTimes(
            new Span(first, end).rate(acked),
            measurements.serving(events, accepted, warm),
            measurements.freshness(stores.files(), warm),
            measurements.serving(events, accepted, first),
            warmUp);
    return report(at, stores, expected, times);
  }

  private boolean prefilled(Endpoints at, StoreReaders stores, int schemaId)
      throws IOException, InterruptedException {
    long acked = produce(at, schemaId);
    ExpectedResults expected = Oracle.compute(events, Topics.PARTITIONS);
    long running = submit();
    long end = awaitArrival(stores, expected, acked);
    return report(
        at,
        stores,
        expected,
        new DemoTimes(
            new Span(running, end).rate(acked),
            Percentiles.none(),
            Percentiles.none(),
            Percentiles.none(),
            WarmUp.of(0)));
  }

  /** Gives the time at which all tasks run. */
  private long submit() throws IOException, InterruptedException {
    console.say(guide.pipeline());
    stack.submit();
    return clock.micros();
  }

  private long produce(Endpoints at, int schemaId) throws IOException, InterruptedException {
    var mix = new TradeMix(options.events(), options.dirty(), options.seed());
    var generator = new TradeGenerator(mix, options.seed(), schemaId, events);
    console.say(guide.sending());
    try (var producer = LoadProducer.connect(at.kafka());
        DemoProgress progress = console.progress("sent", options.events())) {
      var load = new LoadProducer(producer, Names.TOPIC, events);
      // Looking up the topic must not make the first events late.
      producer.partitionsFor(Names.TOPIC);
      var times = new SendTimes(clock, options.rate());
      load.run(generator, options.events(), times, (sent, acked) -> progress.reached(acked));
      return load.acknowledged();
    }
  }

  private long awaitArrival(StoreReaders stores, ExpectedResults expected, long acked)
      throws IOException, InterruptedException {
    console.say(guide.comparing());
    return new Arrival(clock, stack, console, home).await(stores.coverage(expected), acked);
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
    console.say("");
    console.say(guide.afterwards(LakeRoot.isRemote(at.lake())));
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
