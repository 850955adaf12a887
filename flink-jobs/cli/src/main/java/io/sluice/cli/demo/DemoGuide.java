package io.sluice.cli.demo;

import io.sluice.cli.demo.measure.Names;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;

/** The words that lead somebody who has never seen Sluice through a demo. */
public final class DemoGuide {
  private static final int STEPS = 5;

  private final DemoOptions options;
  private final String program;
  private final String homeOption;
  private int step;

  /**
   * @param program how the user calls sluice
   * @param homeOption what the shown commands need to find the demo's home, with a leading blank;
   *     empty if they find it without
   */
  public DemoGuide(DemoOptions options, String program, String homeOption) {
    this.options = options;
    this.program = program;
    this.homeOption = homeOption;
  }

  String opening() {
    return """
        %,d made-up trades, %s of them faulty on purpose, go through the pipeline %s.
        Then every table, view and topic is compared with an independent computation.
        """
        .formatted(options.events(), share(options.dirty()), Names.PIPELINE);
  }

  private static String share(double dirty) {
    var format = new DecimalFormat("0.###", DecimalFormatSymbols.getInstance(Locale.ROOT));
    return format.format(dirty * 100) + " %";
  }

  String servers() {
    return next(
        """
        Starting the servers. Kafka receives the trades, the schema registry knows their format,
             Flink runs the pipeline, Redis and PostgreSQL serve its results.""");
  }

  String schema() {
    return next("Registering the format of the trades, by which the pipeline decodes each record.");
  }

  String pipeline() {
    return next(
        """
        Starting the pipeline as a Flink job. It checks and deduplicates trades, keeps them in
             Delta tables and sums them up by book: live in Redis, per minute in PostgreSQL.""");
  }

  String sending() {
    String trades = "Sending %,d trades".formatted(options.events());
    if (options.prefill()) {
      return next(trades + " to Kafka, before the pipeline starts.");
    }
    if (options.rate() == 0) {
      return next(trades + " as fast as possible.");
    }
    long lasting = options.events() * WarmUp.MICROS_PER_SECOND / options.rate();
    return next(
        """
        %s, %,d per second, which takes %.0f s. Latency is measured after the first %.0f s:
             until then the job warms up, because Java compiles its code while it runs."""
            .formatted(
                trades, options.rate(), seconds(lasting), seconds(WarmUp.of(lasting).micros())));
  }

  private static double seconds(long micros) {
    return micros / (double) WarmUp.MICROS_PER_SECOND;
  }

  String comparing() {
    return next("Waiting until every store holds what was sent, then comparing.");
  }

  private String next(String text) {
    step++;
    return "%d/%d  %s".formatted(step, STEPS, text);
  }

  /**
   * What can be looked at after the report.
   *
   * @param remote whether the tables are in an object store, which has to run for that
   */
  String afterwards(boolean remote) {
    String tables =
        ("  %3$s table show gold/%1$s%2$s\n"
                + "  %3$s query \"SELECT book, sum(trades) FROM gold.%1$s GROUP BY book\"%2$s")
            .formatted(Names.EXPOSURE, homeOption, program);
    if (options.exit()) {
      return remote
          ? "The tables stay in the bucket. Start its server, then look at them:\n  "
              + program
              + " up"
              + homeOption
              + "\n"
              + tables
          : "The tables stay. Look at them:\n" + tables;
    }
    return """
        Everything runs on until Ctrl-C. Look at it, in another terminal:
          %4$s status%1$s
        %2$s
          %4$s ui %3$s%1$s"""
        .formatted(homeOption, tables, Names.PIPELINE, program);
  }
}
