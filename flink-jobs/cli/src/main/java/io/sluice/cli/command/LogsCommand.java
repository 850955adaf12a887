package io.sluice.cli.command;

import io.sluice.cli.about.PipelineNames;
import io.sluice.cli.logs.LogFile;
import io.sluice.cli.submit.Submitted;
import io.sluice.cli.submit.SubmittedPipelines;
import io.sluice.cli.text.Cells;
import io.sluice.cli.text.CommandFailure;
import io.sluice.cli.text.Output;
import io.sluice.definition.yaml.NameList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Shows the ends of log files. The servers need not run. */
@Command(
    name = "logs",
    header = "Show the log of a server or of a pipeline.",
    description = {
      "NAME is a server (postgres, redis, kafka, registry, jobmanager, taskmanager) or a pipeline:",
      "then what Flink logged for its jobs. Without NAME, the end of every log. Of each file the last",
      "16 MB are looked at."
    },
    footer = {
      "",
      "Examples:",
      "  ./sluice logs taskmanager --lines 100",
      "  ./sluice logs market-risk --follow"
    })
public final class LogsCommand implements Callable<Integer> {
  private static final String ENDING = ".log";
  private static final List<String> FLINK = List.of("jobmanager", "taskmanager");
  private static final long LOOK_AGAIN_NANOS = 200_000_000L;

  @ParentCommand private SluiceCommand sluice;
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      completionCandidates = PipelineNames.OrServers.class,
      description = "A server or a pipeline (default: every log).")
  private String name;

  @Option(
      names = "--lines",
      paramLabel = "N",
      defaultValue = "40",
      description = "Most lines of each log to begin with (default: ${DEFAULT-VALUE}).")
  private int lines;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with new lines until Ctrl-C.")
  private boolean follow;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (lines < 1) {
      throw new ParameterException(spec.commandLine(), "--lines is 1 or more, not " + lines + ".");
    }
    Output output = new Output(spec, sluice.context());
    List<LogFile> files = chosen();
    String shown = "";
    for (LogFile file : files) {
      shown = print(file, file.last(lines), files.size() > 1, shown, output);
    }
    while (follow) {
      pause();
      for (LogFile file : files) {
        shown = print(file, file.next(), files.size() > 1, shown, output);
      }
    }
    return 0;
  }

  /**
   * Prints lines under the file's name when another file's came before; returns whose came last.
   */
  private static String print(
      LogFile file, List<String> lines, boolean several, String shown, Output output) {
    if (lines.isEmpty()) {
      return shown;
    }
    if (several && !shown.equals(file.name())) {
      output.line("==> " + file.name() + " <==");
    }
    lines.forEach(line -> output.line(Cells.whole(line.replace("\t", "    "))));
    return file.name();
  }

  private static void pause() throws InterruptedException {
    LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    if (Thread.interrupted()) {
      throw new InterruptedException("Interrupted while following logs.");
    }
  }

  private List<LogFile> chosen() throws IOException {
    Path folder = sluice.home().resolve("logs");
    List<String> known = logs(folder);
    if (name == null) {
      return files(folder, known, List.of());
    }
    if (known.contains(name)) {
      return files(folder, List.of(name), List.of());
    }
    SubmittedPipelines pipelines = new SubmittedPipelines(sluice.home());
    Optional<Submitted> pipeline =
        pipelines.list().stream().filter(each -> each.name().equals(name)).findFirst();
    if (pipeline.isEmpty()) {
      List<String> names = new ArrayList<>(known);
      pipelines.list().forEach(each -> names.add(each.name()));
      throw new CommandFailure(
          "There is no log of %s in %s. There is: %s."
              .formatted(name, folder, NameList.orNone(names)));
    }
    List<String> words = new ArrayList<>(pipeline.get().jobs());
    words.add(name);
    return files(folder, FLINK.stream().filter(known::contains).toList(), words);
  }

  private static List<LogFile> files(Path folder, List<String> names, List<String> words) {
    return names.stream()
        .map(name -> new LogFile(name, folder.resolve(name + ENDING), words))
        .toList();
  }

  private static List<String> logs(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(ENDING))
          .map(file -> file.substring(0, file.length() - ENDING.length()))
          .sorted()
          .toList();
    }
  }
}
