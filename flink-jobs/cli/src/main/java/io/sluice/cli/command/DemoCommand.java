package io.sluice.cli.command;

import io.sluice.cli.demo.DemoConsole;
import io.sluice.cli.demo.DemoGuide;
import io.sluice.cli.demo.DemoOptions;
import io.sluice.cli.demo.DemoRun;
import io.sluice.cli.demo.DemoSession;
import io.sluice.cli.demo.PlatformStack;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Shows the whole of Sluice on real processes and proves that no event was lost or doubled. */
@Command(
    name = "demo",
    header = "Run the market-risk pipeline on real servers and account for every event.",
    description = {
      "Starts Kafka, a schema registry, Redis, PostgreSQL and a Flink cluster, submits the shipped",
      "pipeline, produces seeded trades with dirt in them, and compares every table, the Redis",
      "view, the PostgreSQL view and the dead-letter topic with an independent computation.",
      "",
      "Every demo starts with empty tables and topics: those of the last demo in the same home are",
      "removed first. A home with tables that were not made by a demo is refused.",
      "",
      "Events per second: acknowledged events divided by the time from the first intended send to",
      "the moment at which the ledger, every table, Redis and PostgreSQL hold everything. With",
      "--prefill the time begins when all tasks of the job run.",
      "Serving latency: intended send time of an event until its effect is readable in Redis.",
      "Delta freshness: intended send time of an event until the version of the silver table that",
      "holds it is there for this process. Both leave out the events of the warm-up: the first 40 s",
      "of sending, but at most half of it. With --prefill they are not measured.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ./sluice demo",
      "  ./sluice demo --events 300000 --rate 2000 --exit --json out.json",
      "  ./sluice demo --rate 20000 --events 600000",
      "  ./sluice --home ~/objects demo --storage s3 --exit",
      "  ./sluice demo --events 2000000 --rate 0 --prefill --exit",
      "",
      "Exit codes: 0 everything is accounted for, 1 a check failed, 2 wrong usage."
    })
public final class DemoCommand implements Callable<Integer> {
  @ParentCommand private SluiceCommand sluice;
  @Spec private CommandSpec spec;

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "50000",
      description = "How many events (default: ${DEFAULT-VALUE}).")
  private int events;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "Events per second; 0 is as fast as possible (default: ${DEFAULT-VALUE}, with which a job on two cores keeps up from its start).")
  private long rate;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description = "The same seed gives the same trades (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--dirty",
      paramLabel = "SHARE",
      defaultValue = "0.02",
      description =
          "Share of dirty events, 0 to 0.5, in equal parts of every kind (default: ${DEFAULT-VALUE}).")
  private double dirty;

  @Mixin private StorageOption storage;

  @Option(names = "--prefill", description = "Produce all events before the job is submitted.")
  private boolean prefill;

  @Option(names = "--exit", description = "Stop everything after the report.")
  private boolean exit;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the result as one JSON object, too.")
  private Path json;

  @Override
  public Integer call() {
    DemoOptions options = options();
    var console = new DemoConsole(spec.commandLine().getOut(), sluice.context().terminal());
    Path home = sluice.home();
    var stack =
        new PlatformStack(
            sluice.platform().withStorage(Optional.ofNullable(storage.chosen())),
            sluice.context(),
            home,
            console::say);
    var demo = new DemoRun(options, stack, home, console, guide(options, home));
    return new DemoSession(stack, console).run(demo::run, options.exit());
  }

  private DemoGuide guide(DemoOptions options, Path home) {
    Path found = sluice.context().defaultHome().toAbsolutePath().normalize();
    String quoted = "'" + home.toString().replace("'", "'\\''") + "'";
    return new DemoGuide(
        options, sluice.context().program(), home.equals(found) ? "" : " --home " + quoted);
  }

  private DemoOptions options() {
    try {
      return new DemoOptions(events, rate, seed, dirty, prefill, exit, Optional.ofNullable(json));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
