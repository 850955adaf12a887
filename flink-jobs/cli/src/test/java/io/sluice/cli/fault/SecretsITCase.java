package io.sluice.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.TestingCommands;
import io.sluice.cli.about.PipelineNames;
import io.sluice.cli.command.SluiceCommand;
import io.sluice.cli.platform.Cluster;
import io.sluice.cli.platform.LocalPlatform;
import io.sluice.sandbox.home.Component;
import io.sluice.sandbox.secrets.Secrets;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * The passwords of a home, searched for everywhere while a pipeline that uses them runs, its stores
 * are lost and a savepoint is taken.
 */
class SecretsITCase {
  private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
  private static final String OPERATOR = "flink_taskmanager_job_task_operator_";
  private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]+)\"");

  @TempDir private static Path folder;
  private static Path home;
  private static FaultStack stack;
  private static List<String> canaries;

  @BeforeAll
  static void start() throws IOException {
    home = folder.resolve("home");
    stack = FaultStack.start(home);
    Secrets secrets = Secrets.read(home.resolve("secrets")).orElseThrow();
    canaries =
        List.of(secrets.redis(), secrets.redisOwner(), secrets.postgres(), secrets.postgresOwner());
  }

  @AfterAll
  static void stop() {
    if (stack != null) {
      stack.close();
    }
  }

  @Test
  void aSecretStandsWhereItIsKeptAndNowhereElse() throws Exception {
    try (FaultRun run = FaultRun.begin(stack, 11)) {
      run.reachTheMiddle();
      stack.killAndStart(Component.POSTGRES);
      stack.killAndStart(Component.REDIS);
      run.sendAndCommit(4);
      stack.cluster().savepoint(run.job(), stack.savepoints());

      Scrape scrape = Scrape.of(stack.sandbox());
      assertThat(scrape.missing()).as("metrics that the reference promises").isEmpty();
      assertThat(scrape.unknown()).as("metrics that the reference lacks").isEmpty();
      assertThat(scrape.jobManager()).contains("flink_jobmanager_job_numRestarts{");
      assertThat(scrape.tasks(OPERATOR + "view_serving_latency_ms_count"))
          .anySatisfy(count -> assertThat(count.value()).isPositive());
      FaultRun.eventually("tables that nothing waits for")
          .until(
              () ->
                  Scrape.of(stack.sandbox())
                      .tasks(OPERATOR + "table_table_freshness_seconds")
                      .stream()
                      .allMatch(table -> table.value() == 0));

      assertThat(leaks(Map.of("JobManager", scrape.jobManager(), "tasks", scrape.taskManager())))
          .as("metrics")
          .isEmpty();
      assertThat(leaks(answers(run.job()))).as("REST").isEmpty();
      assertThat(leaks(outputs())).as("commands").isEmpty();
      assertThat(leaks(arguments())).as("arguments of processes").isEmpty();
      assertThat(filesWithSecrets()).containsExactly("secrets/passwords");
    }
  }

  private static List<String> leaks(Map<String, String> texts) {
    assertThat(texts.values()).isNotEmpty().noneMatch(String::isEmpty);
    return texts.entrySet().stream()
        .filter(text -> canaries.stream().anyMatch(text.getValue()::contains))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static Map<String, String> answers(String job) throws Exception {
    List<String> targets = new ArrayList<>();
    for (String what : List.of("config", "overview", "jobs/overview", "jars", "taskmanagers")) {
      targets.add("/" + what);
    }
    for (String what : List.of("config", "environment", "log", "thread-dump", "metrics")) {
      targets.add("/jobmanager/" + what);
    }
    for (String what :
        List.of(
            "",
            "/config",
            "/plan",
            "/exceptions",
            "/checkpoints",
            "/checkpoints/config",
            "/accumulators",
            "/jobmanager/config",
            "/jobmanager/environment",
            "/metrics")) {
      targets.add("/jobs/" + job + what);
    }
    Matcher manager = ID.matcher(get("/taskmanagers"));
    assertThat(manager.find()).isTrue();
    for (String what : List.of("", "/log", "/metrics", "/thread-dump")) {
      targets.add("/taskmanagers/" + manager.group(1) + what);
    }
    Matcher vertex = ID.matcher(get("/jobs/" + job));
    while (vertex.find()) {
      targets.add("/jobs/" + job + "/vertices/" + vertex.group(1));
    }
    Map<String, String> answers = new LinkedHashMap<>();
    for (String target : targets) {
      answers.put(target, get(target));
    }
    return answers;
  }

  private static String get(String target) throws Exception {
    try (Cluster.Page page = stack.cluster().page(target)) {
      assertThat(page.status()).as(target).isEqualTo(200);
      return new String(page.body().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Map<String, String> outputs() {
    Map<String, String> outputs = new LinkedHashMap<>();
    for (String line :
        List.of(
            "up",
            "up --json",
            "status",
            "status --json",
            "list",
            "logs market-risk",
            "submit market-risk --verbose",
            "remove view position_by_book --verbose",
            "render helm-values market-risk",
            "render k8s market-risk",
            "validate")) {
      StringWriter text = new StringWriter();
      List<String> words = new ArrayList<>(List.of(line.split(" ")));
      words.addAll(List.of("--home", home.toString()));
      new CommandLine(
              new SluiceCommand(
                  TestingCommands.context(ROOT),
                  new LocalPlatform(TestingCommands.context(ROOT).serverFiles())),
              PipelineNames.factory(TestingCommands.context(ROOT)))
          .setOut(new PrintWriter(text, true))
          .setErr(new PrintWriter(text, true))
          .execute(words.toArray(String[]::new));
      outputs.put(line, text.toString());
    }
    return outputs;
  }

  /** Of every process of this machine. */
  private static Map<String, String> arguments() throws IOException {
    Map<String, String> found = new LinkedHashMap<>();
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      for (Path process : processes.toList()) {
        if (process.getFileName().toString().matches("\\d+")) {
          found.put(process.toString(), "of " + arguments(process));
        }
      }
    }
    return found;
  }

  /** What ends while it is looked at has none. */
  private static String arguments(Path process) {
    try {
      return text(process.resolve("cmdline"));
    } catch (IOException gone) {
      return "";
    }
  }

  private static List<String> filesWithSecrets() throws IOException {
    List<String> found = new ArrayList<>();
    Files.walkFileTree(
        home,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            String text = text(file);
            if (canaries.stream().anyMatch(text::contains)) {
              found.add(home.relativize(file).toString());
            }
            return FileVisitResult.CONTINUE;
          }

          /** Servers at work remove files and folders. */
          @Override
          public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path done, IOException gone) {
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }

  /** Byte by byte; empty for a file that has gone meanwhile. */
  private static String text(Path file) throws IOException {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException gone) {
      return "";
    }
  }
}
