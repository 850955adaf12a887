package io.sluice.cli;

import io.sluice.cli.platform.Broker;
import io.sluice.cli.platform.Endpoints;
import io.sluice.cli.produce.InputLine;
import io.sluice.cli.produce.MessageSink;
import io.sluice.cli.produce.Pace;
import io.sluice.cli.produce.Production;
import io.sluice.cli.produce.RecordEncoder;
import io.sluice.cli.produce.RecordReader;
import io.sluice.cli.produce.Target;
import io.sluice.cli.submit.PipelineFiles;
import io.sluice.cli.submit.Submission;
import io.sluice.cli.submit.SubmittedPipelines;
import io.sluice.definition.PipelineLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Feeds a file to the topic of a dataset. */
@Command(
    name = "produce",
    header = "Send the records of a CSV or JSON lines file to Kafka.",
    description = {
      "Rows become Confluent Avro with the dataset's schema, registered if it is new. Lines that do",
      "not fit the schema are reported with their number, and it goes on; values that only break a",
      "rule of the contract are sent: they are the pipeline's business. The record's key is the",
      "contract's primary key, its parts joined by '|'.",
      "",
      "CSV: the first line names columns; an empty cell is null, or the column's default; nested",
      "values are JSON text. Dates and times are ISO-8601 or the number that Avro carries; without",
      "an offset they are UTC; digits finer than the column's unit are cut off. bytes and fixed are",
      "Base64, or hexadecimal after 0x.",
      "",
      "Ends with 1 when nothing could be sent or Kafka fails, else with 0 even if lines were bad."
    },
    footer = {
      "",
      "Examples:",
      "  ./sluice produce trades --file trades.csv",
      "  ./sluice produce trips --definitions my/ --file trips.jsonl --rate 500"
    })
final class ProduceCommand implements Callable<Integer> {
  /** More are counted and reported, but not repeated in the JSON form. */
  private static final int BAD_LINES_IN_JSON = 10_000;

  @ParentCommand private SluiceCommand sluice;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DATASET", description = "A dataset that a pipeline reads.")
  private String dataset;

  @Option(
      names = "--file",
      required = true,
      paramLabel = "FILE",
      description = "A .csv file, or .jsonl with one JSON object on each line.")
  private Path file;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "0",
      description = "Records per second; 0, the default, is as fast as possible.")
  private double rate;

  @Option(
      names = "--definitions",
      paramLabel = "DIR",
      description = "Folder of the schema and contract (default: the submitted or shipped ones).")
  private Path definitions;

  @Option(
      names = "--pipeline",
      paramLabel = "PIPELINE",
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
      throw new picocli.CommandLine.ParameterException(
          spec.commandLine(), "--rate is 0 or more, not " + rate + ".");
    }
    Target target = target();
    try (RecordReader reader = RecordReader.open(file, target.dataset().schema())) {
      Endpoints endpoints = sluice.endpoints();
      try (Broker broker = sluice.platform().broker(endpoints)) {
        broker.createTopic(target.topic(), Submission.SOURCE_PARTITIONS);
      }
      int schemaId =
          sluice
              .platform()
              .schemas(endpoints)
              .register(target.topic() + "-value", target.dataset().schema());
      RecordEncoder encoder =
          new RecordEncoder(
              target.dataset().schema(), schemaId, target.dataset().contract().primaryKey());
      try (MessageSink sink = sluice.platform().messages(endpoints, target.topic())) {
        return send(new Production(reader, encoder, sink, new Pace(rate)), reader, target);
      }
    }
  }

  private int send(Production production, RecordReader reader, Target target) throws IOException {
    Output output = new Output(spec, sluice.context());
    List<Map<String, Object>> bad = new ArrayList<>();
    Production.Summary summary;
    try (Meter meter =
        Meter.start("produce " + dataset, lines(), sluice.context(), spec.commandLine().getErr())) {
      summary = production.run(line -> report(output, line, bad), meter);
    }
    for (String column : reader.unknownColumns()) {
      output.remark(
          "%s: the column %s is not in the schema of %s and was left out."
              .formatted(file, column, dataset));
    }
    if (json) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("dataset", dataset);
      result.put("topic", target.topic());
      result.put("produced", summary.produced());
      result.put("bad", summary.bad());
      result.put("badLines", bad);
      output.json(result);
    } else {
      output.line(
          "produced %d, bad %d (topic %s)"
              .formatted(summary.produced(), summary.bad(), target.topic()));
    }
    return summary.produced() == 0 && summary.bad() > 0 ? 1 : 0;
  }

  private void report(Output output, InputLine.Bad line, List<Map<String, Object>> bad) {
    output.remark("%s, line %d: %s".formatted(file, line.number(), line.reason()));
    if (json && bad.size() < BAD_LINES_IN_JSON) {
      bad.add(Map.of("line", line.number(), "reason", line.reason()));
    }
  }

  /** Counted only for a person who watches a bar. */
  private long lines() throws IOException {
    if (!sluice.context().terminal()) {
      return -1;
    }
    try (Stream<String> all = Files.lines(file, java.nio.charset.StandardCharsets.ISO_8859_1)) {
      return all.count();
    }
  }

  private Target target() throws IOException {
    Path shipped = sluice.context().shippedDefinitions();
    Path folder = definitions == null ? shipped : definitions;
    if (topic != null) {
      return new Target(PipelineLoader.loadDataset(dataset, folder), topic);
    }
    if (pipeline != null) {
      Path chosen = PipelineFiles.resolve(pipeline, sluice.context().shippedPipelines());
      return Target.find(dataset, List.of(List.of(new Target.Candidate(chosen, folder))));
    }
    List<List<Target.Candidate>> groups = new ArrayList<>();
    if (definitions != null) {
      groups.add(Target.candidates(definitions, definitions));
    }
    groups.add(Target.candidates(new SubmittedPipelines(sluice.home()).list()));
    groups.add(Target.candidates(sluice.context().shippedPipelines(), folder));
    Target found = Target.find(dataset, groups);
    return definitions == null
        ? found
        : new Target(PipelineLoader.loadDataset(dataset, definitions), found.topic());
  }
}
