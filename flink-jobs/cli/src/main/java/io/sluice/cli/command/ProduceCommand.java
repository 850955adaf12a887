package io.sluice.cli.command;

import io.sluice.cli.about.PipelineNames;
import io.sluice.cli.platform.Broker;
import io.sluice.cli.platform.Endpoints;
import io.sluice.cli.platform.MessageSink;
import io.sluice.cli.produce.BadLines;
import io.sluice.cli.produce.DryRunSink;
import io.sluice.cli.produce.InputBytes;
import io.sluice.cli.produce.InputLine;
import io.sluice.cli.produce.Pace;
import io.sluice.cli.produce.Production;
import io.sluice.cli.produce.ReadOptions;
import io.sluice.cli.produce.RecordEncoder;
import io.sluice.cli.produce.RecordReader;
import io.sluice.cli.produce.Target;
import io.sluice.cli.submit.DefinitionsFolder;
import io.sluice.cli.submit.PipelineFiles;
import io.sluice.cli.submit.Submission;
import io.sluice.cli.submit.Submitted;
import io.sluice.cli.submit.SubmittedPipelines;
import io.sluice.cli.text.Cells;
import io.sluice.cli.text.CommandFailure;
import io.sluice.cli.text.Meter;
import io.sluice.cli.text.Output;
import io.sluice.definition.pipeline.PipelineLoader;
import io.sluice.definition.yaml.NameList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Feeds a file to the topic of a dataset. */
@Command(
    name = "produce",
    header = "Send the records of a CSV or JSON lines file to Kafka.",
    description = {
      "Rows become Confluent Avro with the dataset's schema, registered if it is new. Lines that do",
      "not fit the schema, or that the topic does not take, are bad lines: they are reported with",
      "their number, and the other lines are sent. Values that only break a rule of the contract are",
      "sent too: the pipeline rejects or counts them. The record's key is the contract's primary key,",
      "its parts joined by '|'.",
      "",
      "Files are UTF-8, plain or gzip. CSV (RFC 4180): the first line names columns; an empty cell is",
      "null, or the column's default; line ends inside quotes are kept; nested values are JSON text.",
      "What stands inside quotes is never read as a row: a quote that is never closed makes the rest",
      "of the file one bad line. A row or JSON line has at most 16 MiB.",
      "",
      "Dates and times are ISO-8601 with years 0001 to 9999, or the number that Avro carries; days and",
      "hours that do not exist are bad lines, and so are digits finer than the column's unit. No number",
      "is changed: 17850.0 is an int, 17850.5 is not; a number with digits that a float or double does",
      "not keep is a bad line. In JSON, numbers may be quoted. bytes and fixed are Base64; 0x and pairs",
      "of hexadecimal digits are those bytes, even where the same text would be Base64 (0xAB).",
      "",
      "Ends with 0 when every line was sent, with 1 when there were bad lines (more than --max-bad",
      "allows) or Kafka fails."
    },
    footer = {
      "",
      "Examples:",
      "  ./sluice produce trades --file trades.csv",
      "  ./sluice produce trips --pipeline my/pipeline.yaml --file trips.jsonl.gz --rate 500",
      "  ./sluice produce trips --file trips.csv --dry-run --bad bad.csv",
      "  ./sluice produce trips --file trips.csv --format started='M/d/yyyy H:mm' --zone Europe/Berlin",
      "  ./sluice produce trips --file fahrten.csv --delimiter ';' --decimal-comma --map Preis=fare",
      "  xzcat trips.csv.xz | ./sluice produce trips --file - --max-bad 100"
    })
final class ProduceCommand implements Callable<Integer> {
  /** More are counted and reported, but not repeated in the JSON form. */
  private static final int BAD_LINES_IN_JSON = 10_000;

  /** Any id serves for records that are only checked. */
  private static final int NO_SCHEMA_ID = 0;

  @ParentCommand private SluiceCommand sluice;
  @Spec private CommandSpec spec;
  @Mixin private FormatOptions format;

  @Parameters(paramLabel = "DATASET", description = "A dataset that a pipeline reads.")
  private String dataset;

  @Option(
      names = "--file",
      required = true,
      paramLabel = "FILE",
      description =
          "A .csv or .tsv file, or .jsonl with one JSON object on each line, also with .gz; '-' is the standard input.")
  private Path file;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "0",
      description = "Records per second; 0, the default, is as fast as possible.")
  private double rate;

  @Option(
      names = "--dry-run",
      description =
          "Check every line against the schema and send nothing; needs no servers. Not checked: the sizes that the topic takes, what the registry accepts, the rules of the contract.")
  private boolean dryRun;

  @Option(
      names = "--max-bad",
      paramLabel = "N",
      description =
          "Allow N bad lines and stop when there are more (default: read to the end, then end with 1).")
  private Long maxBad;

  @Option(
      names = "--bad",
      paramLabel = "FILE",
      description =
          "Copy all bad lines to this file as they are, to be corrected and produced again.")
  private Path bad;

  @Option(
      names = "--definitions",
      paramLabel = "DIR",
      description =
          "Folder of the schema and contract (default: those of --pipeline, of the submitted pipelines, then the shipped ones).")
  private Path definitions;

  @Option(
      names = "--pipeline",
      paramLabel = "PIPELINE",
      completionCandidates = PipelineNames.class,
      description =
          "Pipeline that names the topic (default: one of the definitions folder, a submitted one, a shipped one).")
  private String pipeline;

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      description = "Topic to send to, whatever a pipeline says.")
  private String topic;

  @Option(names = "--json", description = "Print the summary as JSON.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    if (rate < 0) {
      throw wrongUsage("--rate is 0 or more, not " + rate + ".");
    }
    if (maxBad != null && maxBad < 0) {
      throw wrongUsage("--max-bad is 0 or more, not " + maxBad + ".");
    }
    ReadOptions options = readOptions();
    Target target = target();
    if (definitions == null) {
      remark("definitions from " + target.definitions());
    }
    try (RecordReader reader = open(target, options)) {
      reader.unknownColumns().forEach(this::remark);
      return dryRun ? check(reader, target) : send(reader, target);
    }
  }

  private ReadOptions readOptions() {
    try {
      return format.read();
    } catch (IllegalArgumentException e) {
      throw wrongUsage(e.getMessage());
    }
  }

  private RecordReader open(Target target, ReadOptions options) throws IOException {
    try {
      return RecordReader.open(file, System.in, target.dataset().schema(), options);
    } catch (IllegalArgumentException e) {
      throw wrongUsage(e.getMessage());
    }
  }

  private ParameterException wrongUsage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private int check(RecordReader reader, Target target) throws IOException {
    try (MessageSink sink = new DryRunSink()) {
      return run(reader, target, NO_SCHEMA_ID, sink);
    }
  }

  private int send(RecordReader reader, Target target) throws IOException, InterruptedException {
    Endpoints endpoints = sluice.endpoints();
    int maxMessageBytes;
    try (Broker broker = sluice.platform().broker(endpoints)) {
      broker.createTopic(target.topic(), Submission.SOURCE_PARTITIONS);
      maxMessageBytes = broker.maxMessageBytes(target.topic());
    }
    int schemaId =
        sluice.platform().schemas(endpoints).register(target.subject(), target.dataset().schema());
    try (MessageSink sink =
        sluice.platform().messages(endpoints, target.topic(), maxMessageBytes)) {
      return run(reader, target, schemaId, sink);
    }
  }

  private int run(RecordReader reader, Target target, int schemaId, MessageSink sink)
      throws IOException {
    RecordEncoder encoder =
        new RecordEncoder(
            target.dataset().schema(), schemaId, target.dataset().contract().primaryKey());
    List<BadLine> first = new ArrayList<>();
    List<String> known = reader.unknownColumns();
    try (BadLines badLines =
        new BadLines(file, this::remark, Optional.ofNullable(bad), reader.header())) {
      Production.Summary summary;
      try (Meter meter =
          Meter.start(
              "produce " + dataset, lines(), sluice.context(), spec.commandLine().getErr())) {
        summary =
            new Production(reader, encoder, sink, new Pace(dryRun ? 0 : rate))
                .run(
                    maxBad == null ? Long.MAX_VALUE : maxBad,
                    line -> note(line, badLines, first),
                    meter);
      }
      reader.unknownColumns().stream().filter(text -> !known.contains(text)).forEach(this::remark);
      badLines.summarize();
      report(summary, badLines, first, target);
      return summary.bad() > (maxBad == null ? 0 : maxBad) ? 1 : 0;
    }
  }

  /**
   * What was sent, in its machine form.
   *
   * @param badLines the first bad lines
   */
  private record Produced(
      String dataset,
      String topic,
      boolean dryRun,
      long produced,
      long good,
      long bad,
      boolean stopped,
      Map<String, Long> badByReason,
      List<BadLine> badLines) {}

  private record BadLine(long line, String reason) {}

  private void note(InputLine.Bad line, BadLines badLines, List<BadLine> first) {
    badLines.add(line);
    if (json && first.size() < BAD_LINES_IN_JSON) {
      first.add(new BadLine(line.number(), line.reason()));
    }
  }

  private void report(
      Production.Summary summary, BadLines badLines, List<BadLine> first, Target target) {
    if (summary.stoppedAt() > 0) {
      remark(
          "Stopped after line %d: more than %d bad lines (--max-bad). The lines behind it were not read."
              .formatted(summary.stoppedAt(), maxBad));
    }
    if (json) {
      output()
          .json(
              new Produced(
                  dataset,
                  target.topic(),
                  dryRun,
                  dryRun ? 0 : summary.produced(),
                  summary.produced(),
                  summary.bad(),
                  summary.stoppedAt() > 0,
                  badLines.byReason(),
                  first));
    } else {
      String form =
          dryRun
              ? "good %d, bad %d; nothing was sent (--dry-run)"
              : "produced %d, bad %d (topic %s)";
      output().line(form.formatted(summary.produced(), summary.bad(), target.topic()));
    }
  }

  /** Parts of the input stand in remarks and must not steer the terminal. */
  private void remark(String text) {
    output().remark(Cells.whole(text));
  }

  private Output output() {
    return new Output(spec, sluice.context());
  }

  /** Counted only for a person who watches a bar. */
  private long lines() throws IOException {
    return sluice.context().terminal() ? InputBytes.countLines(file) : -1;
  }

  private Target target() throws IOException {
    Path shipped = sluice.context().shippedDefinitions();
    if (definitions != null && !PipelineLoader.datasetsIn(definitions).contains(dataset)) {
      // Its own problem, before those of pipelines whose datasets are not in that folder either.
      PipelineLoader.loadDataset(dataset, definitions);
    }
    if (topic != null) {
      return Target.of(dataset, folderOfDataset(shipped), topic);
    }
    if (pipeline != null) {
      Path chosen = PipelineFiles.resolve(pipeline, sluice.context().shippedPipelines());
      Path folder = DefinitionsFolder.orNamed(definitions, chosen, shipped);
      return Target.find(dataset, List.of(List.of(new Target.Candidate(chosen, folder))));
    }
    List<List<Target.Candidate>> groups = new ArrayList<>();
    if (definitions != null) {
      groups.add(Target.candidates(definitions, definitions));
    }
    groups.add(Target.candidates(new SubmittedPipelines(sluice.home()).list()));
    groups.add(
        Target.candidates(
            sluice.context().shippedPipelines(), definitions == null ? shipped : definitions));
    Target found = Target.find(dataset, groups);
    return definitions == null ? found : Target.of(dataset, definitions, found.topic());
  }

  /** For a dataset whose topic no pipeline has to name. */
  private Path folderOfDataset(Path shipped) throws IOException {
    if (definitions != null) {
      return definitions;
    }
    if (pipeline != null) {
      Path chosen = PipelineFiles.resolve(pipeline, sluice.context().shippedPipelines());
      return DefinitionsFolder.of(chosen, List.of(shipped));
    }
    List<Submitted> holders =
        new SubmittedPipelines(sluice.home())
            .list().stream()
                .filter(known -> PipelineLoader.datasetsIn(known.definitions()).contains(dataset))
                .toList();
    long schemas =
        holders.stream()
            .map(known -> PipelineLoader.loadDataset(dataset, known.definitions()).schema())
            .distinct()
            .count();
    if (schemas > 1) {
      throw new CommandFailure(
          "The submitted pipelines %s have different schemas of %s. Choose with --pipeline or --definitions."
              .formatted(NameList.of(holders.stream().map(Submitted::name).toList()), dataset));
    }
    return holders.stream().findFirst().map(Submitted::definitions).orElse(shipped);
  }
}
