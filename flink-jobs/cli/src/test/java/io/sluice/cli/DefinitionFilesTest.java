package io.sluice.cli;

import static io.sluice.cli.TestingCommands.CONTRACT;
import static io.sluice.cli.TestingCommands.PIPELINE;
import static io.sluice.cli.TestingCommands.SCHEMA;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files the commands find, and which they name when they do not read them. */
class DefinitionFilesTest {
  @TempDir private Path folder;
  private TestingCommands commands;
  private Path my;

  @BeforeEach
  void writeDefinitions() throws IOException {
    commands = new TestingCommands(folder);
    my = Path.of(commands.definitions());
  }

  @Test
  void datasetsBesideThePipelineNeedNoOption() throws IOException {
    assertThat(commands.run("validate", commands.pipeline())).isZero();
    assertThat(commands.run("submit", commands.pipeline())).isZero();
    assertThat(folder.resolve("home/submitted/city/.files/my/trips.avsc")).exists();
    assertThat(commands.run("produce", "trips", "--pipeline", commands.pipeline(), csv())).isZero();
    assertThat(commands.run("produce", "trips", csv())).isZero();
    assertThat(commands.run("produce", "trips", "--topic", "other", csv())).isZero();
    assertThat(commands.err()).contains("definitions from " + my).contains("submitted/city/.files");
  }

  @Test
  void datasetsElsewhereAreThoseOfTheFolderThatIsCheckedOrShipped() throws IOException {
    Path nested = Files.createDirectories(my.resolve("pipelines"));
    Files.move(my.resolve("pipeline.yaml"), nested.resolve("pipeline.yaml"));
    assertThat(commands.run("validate", my.toString())).isZero();
    assertThat(commands.err()).contains("definitions from " + my);

    Path shipped = Files.createDirectories(folder.resolve("schemas/city"));
    Files.move(my.resolve("trips.avsc"), shipped.resolve("trips.avsc"));
    Files.move(my.resolve("trips.odcs.yaml"), shipped.resolve("trips.odcs.yaml"));
    assertThat(commands.run("validate", nested.resolve("pipeline.yaml").toString())).isZero();
    assertThat(commands.err()).contains("definitions from " + folder.resolve("schemas"));
  }

  @Test
  void datasetsInTwoFoldersNeedTheOption() throws IOException {
    Path shipped = Files.createDirectories(folder.resolve("schemas"));
    Files.writeString(shipped.resolve("boats.avsc"), SCHEMA);
    String boats = "  boats: {topic: b, format: confluent-avro, eventTime: {field: at}}\n";
    Files.writeString(
        my.resolve("pipeline.yaml"), PIPELINE.replace("sources:\n", "sources:\n" + boats));
    assertThat(commands.run("submit", commands.pipeline())).isEqualTo(1);
    assertThat(commands.err())
        .contains(
            "are spread over two folders: trips in %s, boats in %s. Name one folder that holds them all with --definitions."
                .formatted(my, shipped));
  }

  @Test
  void submittedPipelinesWithDifferentSchemasNeedAChoice() throws IOException {
    commands.run("submit", commands.pipeline());
    Files.writeString(
        my.resolve("pipeline.yaml"),
        PIPELINE
            .replace("name: city", "name: town")
            .replace("city.trips.v1", "town.trips")
            .replace("${SLUICE_LAKE}", "${SLUICE_LAKE}/town"));
    Files.writeString(my.resolve("trips.avsc"), SCHEMA.replace("\"fare\"", "\"price\""));
    assertThat(commands.run("submit", commands.pipeline())).isZero();
    assertThat(commands.run("produce", "trips", "--topic", "other", csv())).isEqualTo(1);
    assertThat(commands.err())
        .contains("The submitted pipelines city, town have different schemas of trips.");
  }

  @Test
  void validatePassesOverNothingInSilence() throws IOException {
    Files.move(my.resolve("pipeline.yaml"), my.resolve("pipeline.YAML"));
    write("slip.yml", PIPELINE.replace("kind: Pipeline", "kind: pipeline"));
    write("empty.yaml", "");
    write("broken.yaml", PIPELINE.replace("sources:", "sources: ["));
    write("rides.yaml", CONTRACT);
    write("rides.odcs.yml", CONTRACT);
    write("values.yaml", "replicas: 2\n");
    write("pipeline.yaml.bak", PIPELINE);
    write("notes.md", PIPELINE);
    write("types.avdl", "protocol X {}");
    write("schema.json", SCHEMA);
    write(".old/trips.avsc", SCHEMA);
    write(".old/deeper/trips.avsc", SCHEMA);
    write(".git/config", "kind: Pipeline");
    write("released/trips.avsc", SCHEMA);

    assertThat(commands.run("validate", my.toString())).isEqualTo(1);

    assertThat(commands.out().replace(my + "/", "").lines().map(this::reason).toList())
        .containsExactlyInAnyOrder(
            ".old: not checked, it is hidden, and holds definition files",
            "pipeline.yaml.bak: not checked, it looks like a pipeline, whose name would end with .yaml",
            "schema.json: not checked, it looks like a schema, whose name would be <dataset>.avsc",
            "types.avdl: not checked, it is not read: a dataset's schema is <dataset>.avsc",
            "values.yaml: not checked, it is neither a pipeline (kind: Pipeline) nor a contract (kind: DataContract)",
            "broken.yaml: not valid YAML",
            "empty.yaml: the file is empty",
            "rides.odcs.yml: is a contract, but is not named <dataset>.odcs.yaml. Rename it.",
            "rides.yaml: is a contract, but is not named <dataset>.odcs.yaml. Rename it.",
            "slip.yml:2:7 kind: 'pipeline' is not known. Allowed: Pipeline.",
            "8 files checked: 5 problems.");
  }

  /** What a parser says of a broken file does not matter here. */
  private String reason(String line) {
    return line.replaceFirst("broken.yaml:.*: not valid YAML: .*", "broken.yaml: not valid YAML");
  }

  private void write(String name, String text) throws IOException {
    Files.createDirectories(my.resolve(name).getParent());
    Files.writeString(my.resolve(name), text);
  }

  private String csv() throws IOException {
    Path file = folder.resolve("trips.csv");
    Files.writeString(file, "id,at,fare\n1,2026-01-31T10:00:00Z,1.50\n");
    return "--file=" + file;
  }

  @Test
  void linksThatLeaveTheFolderArePassedOverByName() throws IOException {
    Path outside = Files.createDirectories(folder.resolve("outside"));
    Path secret = Files.writeString(outside.resolve("secret"), "secret: {root: x:0:0\n");
    for (String name : new String[] {"a.avsc", "b.odcs.yaml", "c.yaml", "d.txt", "e"}) {
      Files.createSymbolicLink(my.resolve(name), secret);
    }
    Files.createSymbolicLink(my.resolve("folder"), outside);
    Path inside = Files.createDirectories(my.resolve("inside"));
    Files.createSymbolicLink(my.resolve("again"), inside);
    Files.createSymbolicLink(my.resolve("gone.yaml"), outside.resolve("gone"));

    assertThat(commands.run("validate", my.toString())).isZero();

    for (String name : new String[] {"a.avsc", "b.odcs.yaml", "c.yaml", "d.txt", "e"}) {
      assertThat(commands.out())
          .contains(my.resolve(name) + ": not checked, it is a link that leads out of the folder");
    }
    for (String name : new String[] {"folder", "again"}) {
      assertThat(commands.out())
          .contains(
              my.resolve(name) + ": not checked, it is a link to a folder, which is not followed");
    }
    assertThat(commands.out())
        .contains(my.resolve("gone.yaml") + ": not checked, it is a link that leads nowhere");
    assertThat(commands.out() + commands.err()).doesNotContain("root").doesNotContain("x:0");
  }

  @Test
  void datasetsBehindLinksThatLeaveTheFolderAreNotRead() throws IOException {
    Path outside = Files.createDirectories(folder.resolve("outside"));
    for (String file : new String[] {"trips.avsc", "trips.odcs.yaml"}) {
      Files.move(my.resolve(file), outside.resolve(file));
      Files.createSymbolicLink(my.resolve(file), outside.resolve(file));
      assertThat(
              commands.run(
                  "validate", commands.pipeline(), "--definitions", commands.definitions()))
          .isEqualTo(1);
      assertThat(commands.out())
          .contains(my.resolve(file).toString())
          .contains("is a link that leads out of the folder, to " + outside.resolve(file));
      Files.delete(my.resolve(file));
      Files.move(outside.resolve(file), my.resolve(file));
    }
    Files.writeString(outside.resolve("trips.avsc"), "secret: {root: x:0:0");
    Files.delete(my.resolve("trips.avsc"));
    Files.createSymbolicLink(my.resolve("trips.avsc"), outside.resolve("trips.avsc"));
    String contract = my.resolve("trips.odcs.yaml").toString();
    int before = commands.out().length();
    assertThat(commands.run("validate", contract)).isEqualTo(1);
    assertThat(commands.out().substring(before))
        .contains(
            "trips.avsc: is a link that leads out of the folder, to "
                + outside.resolve("trips.avsc"));
    assertThat(commands.out() + commands.err()).doesNotContain("root").doesNotContain("x:0");
  }

  /** As a volume of Kubernetes has them. */
  @Test
  void linksThatStayInTheFolderAreFollowed() throws IOException {
    Path data = Files.createDirectories(my.resolve("..data"));
    for (String file : new String[] {"trips.avsc", "trips.odcs.yaml"}) {
      Files.move(my.resolve(file), data.resolve(file));
      Files.createSymbolicLink(my.resolve(file), Path.of("..data", file));
    }
    Path linked = Files.createSymbolicLink(folder.resolve("linked"), my);

    assertThat(
            commands.run("validate", commands.pipeline(), "--definitions", commands.definitions()))
        .isZero();
    assertThat(commands.run("validate", linked.toString())).isZero();
    assertThat(commands.out()).doesNotContain("leads out");
    assertThat(commands.run("submit", commands.pipeline(), "--definitions", linked.toString()))
        .isZero();
    assertThat(folder.resolve("home/submitted/city/.files/linked/trips.avsc")).isRegularFile();
  }
}
