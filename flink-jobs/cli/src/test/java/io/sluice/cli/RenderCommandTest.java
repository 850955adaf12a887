package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class RenderCommandTest {
  @TempDir private Path folder;
  private TestingCommands commands;

  @BeforeEach
  void commands() throws IOException {
    commands = new TestingCommands(folder);
  }

  @Test
  void helmValuesHoldTheVeryFiles() throws IOException {
    assertThat(commands.run("render", "helm-values", commands.pipeline())).isZero();
    Map<String, Object> entry = in(documents().get(0), "pipelines", "city");
    Path my = Path.of(commands.definitions());
    assertThat(entry.get("definitions"))
        .isEqualTo(
            Map.of(
                "city.yaml", Files.readString(my.resolve("pipeline.yaml")),
                "trips.avsc", Files.readString(my.resolve("trips.avsc")),
                "trips.odcs.yaml", Files.readString(my.resolve("trips.odcs.yaml"))));
    assertThat(entry)
        .containsEntry("job", Map.of("parallelism", 2))
        .containsEntry("secrets", List.of("city-credentials"));
    // An aggregator and a committer each of bronze, quarantine and silver.
    assertThat((List<?>) in(entry, "autoscaler").get("excludedVertices")).hasSize(6);
    assertThat(commands.out())
        .contains(
            "#   AWS_REGION, SLUICE_KAFKA, SLUICE_LAKE, SLUICE_REGISTRY\n",
            "#   AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY\n");
  }

  @Test
  void manifestsAreThoseOfTheBaseUnderAnotherName() throws IOException {
    assertThat(commands.run("render", "k8s", commands.pipeline())).isZero();
    List<Map<String, Object>> resources = documents();
    assertThat(resources)
        .extracting(each -> each.get("kind") + " " + in(each, "metadata").get("name"))
        .satisfies(names -> assertThat(names.get(0)).matches("ConfigMap city-definitions-.{10}"))
        .contains(
            "FlinkDeployment city",
            "NetworkPolicy city",
            "PodDisruptionBudget city-jobmanager",
            "PodMonitor city")
        .hasSize(5);
    assertThat(commands.out()).doesNotContain("market-risk:");
    Map<String, Object> job = in(resources.get(1), "spec", "job");
    assertThat(job)
        .containsEntry("parallelism", 2)
        .containsEntry(
            "args",
            List.of(
                "--pipeline",
                "/opt/sluice/city/city.yaml",
                "--definitions",
                "/opt/sluice/city",
                "--parallelism",
                "2"));
  }

  @Test
  void anotherFileIsAnotherConfigMap() throws IOException {
    commands.run("render", "k8s", commands.pipeline());
    Object before = in(documents().get(0), "metadata").get("name");
    Path pipeline = Path.of(commands.pipeline());
    Files.writeString(pipeline, Files.readString(pipeline) + "# An edit.\n");
    TestingCommands again = new TestingCommands(folder.resolve("other"));
    again.run("render", "k8s", pipeline.toString());
    assertThat(again.out()).contains("name: city-definitions-").doesNotContain(before.toString());
  }

  /** The files become a ConfigMap. */
  @Test
  void aPasswordInAFileIsRefusedAndNotShown() throws IOException {
    Path pipeline = Path.of(commands.pipeline());
    String text = Files.readString(pipeline);
    for (String address :
        List.of("redis://user:canary-7@host:6379", "jdbc:postgresql://h/db?password=canary-7")) {
      Files.writeString(pipeline, text + "# " + address + "\n");
      TestingCommands again = new TestingCommands(folder.resolve("other"));
      assertThat(again.run("render", "k8s", pipeline.toString())).isEqualTo(1);
      assertThat(again.err())
          .contains(
              "pipeline.yaml, line %d, has an address with a password"
                  .formatted(text.lines().count() + 1),
              "such as ${SLUICE_JDBC}, and put its value into the Secret city-credentials.")
          .doesNotContain("canary");
      assertThat(again.out()).isEmpty();
    }
    Files.writeString(
        pipeline, text + "# redis://${SLUICE_U}:${SLUICE_P}@host?password=${SLUICE_P}\n");
    assertThat(commands.run("render", "k8s", pipeline.toString())).isZero();
  }

  /** 22 processor seconds for a million events, twice as much to work off what has piled up. */
  @Test
  void aRateSizesTheJob() throws IOException {
    assertThat(commands.run("render", "helm-values", commands.pipeline(), "--rate", "100000"))
        .isZero();
    assertThat(in(documents().get(0), "pipelines", "city", "job")).containsEntry("parallelism", 5);
  }

  @Test
  void ratesThatCannotBeAreRefused() {
    assertThat(commands.run("render", "k8s", commands.pipeline(), "--rate", "0")).isEqualTo(2);
    render("--rate", "50000000");
    assertThat(commands.err().lines())
        .containsExactly(
            "sluice: --rate is 0; it must be at least 1 event per second.",
            "Try 'sluice render --help'.",
            "sluice: 50,000,000 events per second need about 2,200 parallel tasks, and city has at most 120, its run.maxParallelism. It can be raised until the pipeline has state.");
  }

  /** An autoscaler may not ask for more tasks than the state has ranges. */
  @Test
  void whatMayNotBeMoreParallelIsNotScaledFurther() throws IOException {
    Path pipeline = Path.of(commands.pipeline());
    Files.writeString(pipeline, Files.readString(pipeline) + "run: {maxParallelism: 8}\n");
    assertThat(commands.run("render", "helm-values", commands.pipeline())).isZero();
    assertThat(in(documents().get(0), "pipelines", "city", "autoscaler"))
        .containsEntry("maxParallelism", 8);
    TestingCommands again = new TestingCommands(folder.resolve("other"));
    again.run("render", "k8s", pipeline.toString());
    assertThat(again.out()).contains("job.autoscaler.vertex.max-parallelism: '8'\n");
  }

  @Test
  void aNumberOfThePipelineMustDoForTheRate() throws IOException {
    Path pipeline = Path.of(commands.pipeline());
    Files.writeString(pipeline, Files.readString(pipeline) + "run: {parallelism: 3}\n");
    render("--rate", "100000");
    assertThat(commands.err())
        .isEqualTo(
            "sluice: 100,000 events per second need about 5 parallel tasks, and run.parallelism of city is 3: raise it, or leave it out.\n");
    assertThat(commands.run("render", "helm-values", commands.pipeline(), "--rate", "50000"))
        .isZero();
    assertThat(in(documents().get(0), "pipelines", "city", "job")).containsEntry("parallelism", 3);
  }

  @Test
  void thereAreTwoTargets() {
    assertThat(commands.run("render", "terraform", commands.pipeline())).isEqualTo(2);
    assertThat(commands.err())
        .startsWith("sluice: There is no 'terraform' to render; there are helm-values and k8s.\n");
  }

  @Test
  void namesThatKubernetesDoesNotTakeAreRefused() throws IOException {
    Path pipeline = Path.of(commands.pipeline());
    String text = Files.readString(pipeline);
    for (String name : List.of("c".repeat(46), "city_", "_city")) {
      Files.writeString(pipeline, text.replace("name: city", "name: " + name));
      render();
    }
    assertThat(commands.err().lines())
        .containsExactly(
            "sluice: The pipeline's name %s has 46 characters; as the name of a FlinkDeployment it may have 45. Choose a shorter one before the pipeline has state."
                .formatted("c".repeat(46)),
            "sluice: The pipeline's name city_ cannot be that of a FlinkDeployment, which begins with a letter and ends with a letter or digit. Choose another before the pipeline has state.",
            "sluice: The pipeline's name _city cannot be that of a FlinkDeployment, which begins with a letter and ends with a letter or digit. Choose another before the pipeline has state.");
  }

  /** Resources of the namespace, such as default-deny, are in the base already. */
  @Test
  void whateverTheNameOnlyThePipelinesResourcesAreRendered() throws IOException {
    Path pipeline = Path.of(commands.pipeline());
    Files.writeString(pipeline, Files.readString(pipeline).replace("name: city", "name: default"));
    assertThat(commands.run("render", "k8s", commands.pipeline())).isZero();
    assertThat(documents()).hasSize(5);
    assertThat(commands.out()).doesNotContain("default-deny");
  }

  /** A pipeline with an error is not rendered. */
  @Test
  void onlyWhatIsValidIsRendered() throws IOException {
    Path pipeline = Path.of(commands.pipeline());
    Files.writeString(pipeline, Files.readString(pipeline).replace("mode: append", "mode: apend"));
    render();
    assertThat(commands.out()).isEmpty();
    assertThat(commands.err()).contains("apend");
  }

  private void render(String... options) {
    List<String> words = new ArrayList<>(List.of("render", "helm-values", commands.pipeline()));
    words.addAll(List.of(options));
    assertThat(commands.run(words.toArray(String[]::new))).isEqualTo(1);
  }

  private List<Map<String, Object>> documents() {
    List<Map<String, Object>> documents = new ArrayList<>();
    new Load(LoadSettings.builder().build())
        .loadAllFromString(commands.out())
        .forEach(each -> documents.add(map(each)));
    return documents;
  }

  private static Map<String, Object> in(Map<String, Object> tree, String... path) {
    Map<String, Object> at = tree;
    for (String name : path) {
      at = map(at.get(name));
    }
    return at;
  }

  private static Map<String, Object> map(Object tree) {
    return new ObjectMapper().convertValue(tree, new TypeReference<>() {});
  }
}
