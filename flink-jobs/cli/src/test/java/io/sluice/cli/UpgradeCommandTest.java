package io.sluice.cli;

import static io.sluice.cli.TestingCommands.PIPELINE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which files an upgrade takes, and what it prints. */
class UpgradeCommandTest extends CommandRun {
  @BeforeEach
  void runThePipeline() {
    assertThat(run("submit", pipeline, "--definitions", my.toString())).isZero();
    platform.calls.clear();
    out.getBuffer().setLength(0);
  }

  private void edit(String name) throws IOException {
    Files.writeString(
        my.resolve("pipeline.yaml"), PIPELINE.replace("name: city", name) + "# edited\n");
  }

  @Test
  void takesAFile() throws IOException {
    edit("name: city");
    assertThat(run("upgrade", pipeline)).isZero();
    assertThat(out.toString())
        .isEqualTo(
            "city is upgraded: it runs as job job2 and has committed a checkpoint.\nIt began from %s\n"
                .formatted(folder.resolve("home/savepoints/city/savepoint-2")));
    assertThat(run("upgrade", pipeline)).isZero();
    assertThat(out.toString()).endsWith("already, as job job2: nothing to upgrade.\n");
  }

  @Test
  void takesTheFileOfThatNameInAFolder() throws IOException {
    edit("name: \"city\" # the former one");
    assertThat(run("upgrade", "city", "--definitions", my.toString())).isZero();
    assertThat(platform.ran.get(1)).contains("# edited");
    edit("name: town");
    assertThat(run("upgrade", "city", "--definitions", my.toString())).isEqualTo(1);
    assertThat(err.toString())
        .contains(
            "No file in %s defines a pipeline city. Its pipelines: town. One under another name is another pipeline"
                .formatted(my));
    assertThat(run("upgrade", "city", "--definitions", "nowhere")).isEqualTo(1);
    assertThat(err.toString()).contains("There is no folder nowhere (--definitions).");
    assertThat(platform.calls).doesNotContain("stop job2");
  }

  @Test
  void refusesAFileUnderAnotherName() throws IOException {
    edit("name: town");
    assertThat(run("upgrade", pipeline)).isEqualTo(1);
    assertThat(err.toString()).contains("sluice: No job of the pipeline town runs; running: city.");
  }

  @Test
  void asksWhereTheNewDefinitionIs() {
    assertThat(run("upgrade", "city")).isEqualTo(1);
    assertThat(err.toString())
        .contains(
            "city runs, but where is its new definition? Name the file (sluice upgrade FILE)");
    assertThat(run("upgrade", "town")).isEqualTo(1);
    assertThat(err.toString()).contains("There is no pipeline file town");
  }

  @Test
  void reportsEveryProblemBeforeItAsksAServer() throws IOException {
    Files.writeString(my.resolve("pipeline.yaml"), PIPELINE.replace("confluent-avro", "xml"));
    platform.up = false;
    assertThat(run("upgrade", "city", "--definitions", my.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("xml");
    assertThat(platform.calls).isEmpty();
    assertThat(run("upgrade", pipeline, "--within", "0s")).isEqualTo(2);
  }

  private Path jar(String name, String entry) throws IOException {
    Path jar = folder.resolve(name);
    try (OutputStream file = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(file)) {
      zip.putNextEntry(new ZipEntry(entry));
    }
    return jar;
  }

  @Test
  void takesANewJarForTheDefinitionThatRuns() throws IOException {
    Files.writeString(my.resolve("pipeline.yaml"), "nonsense");
    Path jar = jar("new.jar", "io/sluice/job/Main.class");
    assertThat(run("upgrade", "city", "--jar", jar.toString())).isZero();
    assertThat(platform.ran.get(1)).startsWith("id of new.jar: " + PIPELINE);

    // Later starts keep it, and an edit too.
    run("stop", "city", "--savepoint");
    savepoint();
    assertThat(run("restore", "city")).isZero();
    assertThat(platform.ran.get(2)).startsWith("id of new.jar: ");
    edit("name: city");
    assertThat(run("upgrade", pipeline)).isZero();
    assertThat(platform.ran.get(3)).startsWith("id of new.jar: ").contains("# edited");
  }

  private void savepoint() throws IOException {
    Path savepoint = Files.createDirectories(folder.resolve("home/savepoints/city/savepoint-2"));
    Files.writeString(savepoint.resolve("_metadata"), "");
  }

  @Test
  void refusesAJarThatIsNone() throws IOException {
    String other = jar("other.jar", "Other.class").toString();
    assertThat(run("upgrade", "city", "--jar", other)).isEqualTo(1);
    assertThat(err.toString()).contains(other + " is no job of Sluice: it has no class io.sluice");
    assertThat(run("upgrade", "city", "--jar", pipeline)).isEqualTo(1);
    assertThat(err.toString()).contains(pipeline + " is no jar");
    assertThat(platform.ran).hasSize(1);
  }

  @Test
  void refusesToGoWithoutTheJarOfTheWayBack() throws IOException {
    edit("name: city");
    platform.jars.clear();
    platform.builtJar = "a newer build";
    assertThat(run("upgrade", pipeline)).isEqualTo(1);
    assertThat(err.toString())
        .contains("The jar sluice-job.jar, with which city ran last, is not on the cluster");
    assertThat(platform.calls).doesNotContain("stop job1");
  }

  private static final String VIEW =
      """
      gold:
        fares:
          from: trips
          key: [id]
          running: true
          aggregate: {total: "sum(fare)"}
          sinks: [redis, jdbc]
      connections:
        redis: {uri: "${SLUICE_REDIS}", keyPrefix: "%s:"}
        jdbc: {url: "${SLUICE_JDBC}"}
      """;

  private void addView(String prefix) throws IOException {
    Files.writeString(
        my.resolve("pipeline.yaml"), PIPELINE.replace("connections:\n", VIEW.formatted(prefix)));
  }

  @Test
  void refusesANewViewOfWhichRowsAreThere() throws IOException {
    addView("sluice");
    assertThat(run("upgrade", pipeline)).isEqualTo(1);
    addView("other");
    assertThat(run("upgrade", pipeline)).isEqualTo(1);
    assertThat(err.toString())
        .contains(
            "The view fares is new, but redis holds rows of a former view of that name",
            "The view fares is new, but postgresql holds rows",
            "sluice remove view fares");
    assertThat(platform.calls).doesNotContain("stop job1");
  }

  @Test
  void leavesNothingOfAViewOfWhatWasTakenBack() throws IOException {
    addView("sluice");
    platform.served = false;
    platform.startStates.add("FAILED");
    platform.withoutCheckpoint.add("job2");
    platform.stop =
        (job, to) -> {
          platform.served = true;
          platform.end(job, "FINISHED");
          return to + "/savepoint-2";
        };
    assertThat(run("upgrade", pipeline)).isEqualTo(1);
    assertThat(platform.calls)
        .containsSubsequence("remove hashes sluice:fares:", "drop table fares");
    assertThat(err.toString()).contains("city runs as before, as job job3");
  }
}
