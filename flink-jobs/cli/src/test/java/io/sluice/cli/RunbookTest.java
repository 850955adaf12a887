package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.connectors.kafka.transactions.OpenTransaction;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The commands of the runbooks do what the pages say: each block is run, in order, beside a
 * pipeline that runs, or that has stopped if it is to be started. Names in capitals are replaced.
 */
class RunbookTest extends CommandRun {
  private static final Path PAGES = Path.of("..", "..", "k8s", "runbooks");

  /** Its commands are of Kubernetes; RestoreRunbookITCase of the module k8s runs them. */
  private static final String OF_A_CLUSTER = "restore-onto-a-new-cluster.md";

  private static final Pattern BLOCK = Pattern.compile("```bash\\R(.*?)```", Pattern.DOTALL);

  static Stream<String> blocks() throws IOException {
    Stream.Builder<String> blocks = Stream.builder();
    try (Stream<Path> pages = Files.list(PAGES)) {
      for (Path page : pages.filter(each -> !each.endsWith(OF_A_CLUSTER)).sorted().toList()) {
        Matcher block = BLOCK.matcher(Files.readString(page));
        while (block.find()) {
          blocks.add(block.group(1));
        }
      }
    }
    return blocks.build();
  }

  /** What the pages talk about: tables with rejects, transactions, the jar of a former release. */
  @BeforeEach
  void prepare() throws IOException {
    platform.tables = List.of("silver/trips", "quarantine/trips", "ledger/city");
    platform.transactions.add(transaction("abandoned", Instant.EPOCH));
    platform.transactions.add(transaction("alive", Instant.now()));
    try (OutputStream file = Files.newOutputStream(folder.resolve("former.jar"));
        ZipOutputStream jar = new ZipOutputStream(file)) {
      jar.putNextEntry(new ZipEntry("io/sluice/job/Main.class"));
    }
  }

  private static OpenTransaction transaction(String id, Instant began) {
    return new OpenTransaction(
        id,
        "Ongoing",
        1,
        Optional.of(began),
        Duration.ofMinutes(13),
        List.of("city.trips.v1.dlq-0"));
  }

  private String named(String line, Path savepoint) {
    return line.replace("my/", my + "/")
        .replace("SAVEPOINT", savepoint.toString())
        .replace("LIVE-TRANSACTION", "alive")
        .replace("TRANSACTION", "abandoned")
        .replace("FORMER.jar", folder.resolve("former.jar").toString());
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void runs(String block) throws IOException {
    Path savepoint = folder.resolve("home/savepoints/city/savepoint-2");
    assertThat(run("submit", pipeline, "--definitions", my.toString(), "--parallelism", "1"))
        .isZero();
    Files.createDirectories(folder.resolve("home/logs"));
    Files.writeString(folder.resolve("home/logs/taskmanager.log"), "[job1] of city\n");
    Files.createDirectories(savepoint);
    Files.writeString(savepoint.resolve("_metadata"), "");
    Files.writeString(my.resolve("old.csv"), "id,at,fare\na,1,2.5\n");
    if (block.startsWith("./sluice restore")) {
      run("stop", "city", "--savepoint");
    }
    for (String line : block.lines().toList()) {
      String[] words = named(line, savepoint).split(" ");
      assertThat(words[0]).isEqualTo("./sluice");
      assertThat(run(List.of(words).subList(1, words.length).toArray(String[]::new)))
          .as("%s: %s", line, err)
          .isZero();
    }
  }
}
