package io.sluice.k8s.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import io.sluice.job.JobInCode;
import io.sluice.k8s.Manifests;
import io.sluice.k8s.Rendered;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What the chart makes of its examples. */
class ChartTest {

  @TempDir private Path folder;

  @Test
  void lintFindsNothing() {
    LintResult result = new Helm(Chart.FOLDER).lint().strict().call();
    assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
    assertThat(result.getMessages()).containsExactly("[INFO] Chart.yaml: icon is recommended");
  }

  @ParameterizedTest
  @FieldSource("io.sluice.k8s.chart.Chart#EXAMPLES")
  void eachExampleIsWhole(String example) throws Exception {
    Rendered rendered = Chart.example(example);
    assertThat(rendered.resources())
        .extracting(Manifests::kind)
        .containsExactlyInAnyOrder(
            "ServiceAccount",
            "Role",
            "RoleBinding",
            "ConfigMap",
            "ConfigMap",
            "FlinkDeployment",
            "NetworkPolicy",
            "NetworkPolicy",
            "NetworkPolicy",
            "CronJob",
            "CronJob",
            "PodDisruptionBudget",
            "PodMonitor",
            "PrometheusRule");
    assertThat(rendered.resources())
        .extracting(each -> each.at("/metadata/namespace").asText())
        .containsOnly("sluice-" + example);
  }

  @Test
  void withoutPipelinesThereAreOnlyTheRightsOfJobs() throws Exception {
    assertThat(Chart.rendered("the chart alone", Chart.template("n")).resources())
        .extracting(Manifests::kind)
        .containsExactlyInAnyOrder("ServiceAccount", "Role", "RoleBinding");
  }

  @Test
  void whatIsTurnedOffIsNotThere() throws Exception {
    Rendered least = Chart.least();
    assertThat(least.resources())
        .extracting(Manifests::kind)
        .containsExactlyInAnyOrder("ConfigMap", "ConfigMap", "FlinkDeployment", "NetworkPolicy");
    assertThat(Manifests.name(least.only("NetworkPolicy"))).isEqualTo("default-deny");
    assertThat(Manifests.settings(least.deployment()))
        .containsEntry("job.autoscaler.enabled", "false")
        .doesNotContainKeys("job.autoscaler.metrics.window", "metrics.reporters");
    assertThat(least.deployment().toString()).doesNotContain("9249", "resource-policy");
  }

  /** The command of the README gives the very files that ./sluice validate reads. */
  @Test
  void definitionsAreTheFilesOfTheRepository() throws Exception {
    JsonNode data = Chart.example("prod").configMap("market-risk-definitions").get("data");
    assertThat(data).hasSize(3);
    for (String file :
        List.of(
            "flink-jobs/pipelines/market-risk.yaml",
            "schemas/market-risk/trades.avsc",
            "schemas/market-risk/trades.odcs.yaml")) {
      Path path = Manifests.REPOSITORY.resolve(file);
      assertThat(data.get(path.getFileName().toString()).asText())
          .isEqualTo(Files.readString(path));
    }
  }

  /** Else the operator would see no change, and a JobManager that starts again would run it. */
  @Test
  void anEditedFileIsAnotherConfigMap() throws Exception {
    Path edited =
        Files.writeString(
            folder.resolve("trades.avsc"),
            Files.readString(Manifests.REPOSITORY.resolve("schemas/market-risk/trades.avsc"))
                + "\n");
    Rendered before = Chart.example("prod");
    Rendered after =
        Chart.rendered(
            "an edit",
            Chart.withShippedFiles(Chart.template("sluice-prod"))
                .withValuesFile(Chart.FOLDER.resolve("examples/prod.yaml"))
                .setFile("pipelines.market-risk.definitions.trades\\.avsc", edited));
    assertThat(Manifests.name(after.configMap("market-risk-definitions")))
        .isNotEqualTo(Manifests.name(before.configMap("market-risk-definitions")));
    assertThat(Manifests.name(after.configMap("market-risk-addresses")))
        .isEqualTo(Manifests.name(before.configMap("market-risk-addresses")));
    assertThat(after.deployment()).isNotEqualTo(before.deployment());
  }

  /** An entry may also turn off what the chart turns on. */
  @Test
  void entriesWinOverTheChart() throws Exception {
    Path values =
        Files.writeString(
            folder.resolve("values.yaml"),
            """
            autoscaler: {scaling: true}
            podDisruptionBudget: {enabled: true}
            secrets: [common]
            addresses: {AWS_REGION: eu-central-1, SLUICE_KAFKA: "a:9092"}
            pipelines:
              market-risk:
                autoscaler: {scaling: false}
                podDisruptionBudget: {enabled: false}
                secrets: [own]
                addresses: {SLUICE_KAFKA: "b:9092"}
                storage: {root: s3://bucket/place/}
                networkPolicy: {enabled: false}
            """);
    Rendered rendered =
        Chart.rendered(
            "entries", Chart.withShippedFiles(Chart.template("n")).withValuesFile(values));
    assertThat(Manifests.settings(rendered.deployment()))
        .containsEntry("job.autoscaler.scaling.enabled", "false")
        .containsEntry("high-availability.storageDir", "s3://bucket/place/market-risk/ha");
    assertThat(Manifests.texts(rendered.configMap("market-risk-addresses").get("data")))
        .isEqualTo(Map.of("AWS_REGION", "eu-central-1", "SLUICE_KAFKA", "b:9092"));
    assertThat(rendered.deployment().toString())
        .contains("\"secretRef\":{\"name\":\"own\"}")
        .doesNotContain("\"secretRef\":{\"name\":\"common\"}");
    assertThat(rendered.ofKind("PodDisruptionBudget")).isEmpty();
    assertThat(rendered.ofKind("NetworkPolicy")).isEmpty();
  }

  /** An uninstall by mistake neither ends a job nor takes what its pods need to start again. */
  @Test
  void whatAJobNeedsStaysAfterAnUninstall() throws Exception {
    Set<String> kept = new TreeSet<>();
    for (ObjectNode resource : Chart.example("prod").resources()) {
      JsonNode policy = resource.at("/metadata/annotations").path("helm.sh/resource-policy");
      if (policy.asText().equals("keep")) {
        kept.add(Manifests.kind(resource));
      }
    }
    assertThat(kept)
        .containsExactly(
            "ConfigMap",
            "FlinkDeployment",
            "NetworkPolicy",
            "Role",
            "RoleBinding",
            "ServiceAccount");
    assertThat(Manifests.texts(Chart.example("prod").deployment().at("/metadata/annotations")))
        .containsEntry("argocd.argoproj.io/sync-options", "Prune=false,Delete=false");
    assertThat(
            Chart.withShippedFiles(Chart.template("n"))
                .withValuesFile(Chart.FOLDER.resolve("examples/prod.yaml"))
                .set("keepOnUninstall", false)
                .call())
        .doesNotContain("helm.sh/resource-policy");
  }

  @Test
  void eachPipelineHasResourcesOfItsOwn() throws Exception {
    Path values =
        Files.writeString(
            folder.resolve("two.yaml"),
            """
            pipelines:
              fx-trades:
                definitionsFrom: [fx-1]
                pipelineFile: fx.yaml
                job: {parallelism: 4}
            """);
    Rendered rendered =
        Chart.rendered(
            "two",
            Chart.withShippedFiles(Chart.template("sluice-prod"))
                .withValuesFile(Chart.FOLDER.resolve("examples/prod.yaml"))
                .withValuesFile(values));
    assertThat(rendered.ofKind("FlinkDeployment"))
        .extracting(Manifests::name)
        .containsExactlyInAnyOrder("fx-trades", "market-risk");
    ObjectNode other =
        rendered.ofKind("FlinkDeployment").stream()
            .filter(each -> Manifests.name(each).equals("fx-trades"))
            .findFirst()
            .orElseThrow();
    assertThat(other.toString())
        .doesNotContain("market-risk")
        .contains("/opt/sluice/fx-trades/fx.yaml", "s3://sluice-prod/fx-trades/checkpoints");
    assertThat(Manifests.settings(other)).containsEntry("taskmanager.numberOfTaskSlots", "2");
    assertThat(rendered.ofKind("NetworkPolicy")).hasSize(4);
    assertThat(rendered.ofKind("CronJob")).hasSize(2);
    assertThat(rendered.ofKind("PrometheusRule")).hasSize(1);
    assertThat(rendered.ofKind("PodMonitor")).hasSize(2);
    assertThat(rendered.ofKind("ServiceAccount")).hasSize(1);
  }

  /** As the job decides when it has no argument. */
  @Test
  void theParallelismIsThatOfThePipelineFileUnlessTheValuesSayOne() throws Exception {
    assertThat(parallelism("")).isEqualTo(2);
    assertThat(parallelism("run: {parallelism: 6}")).isEqualTo(6);
    assertThat(Chart.example("prod").deployment().at("/spec/job/parallelism").asInt()).isEqualTo(8);
    assertThat(Files.readString(Chart.FOLDER.resolve("templates/_problems_job.tpl")))
        .contains(".run.maxParallelism | default " + JobInCode.maxParallelism() + " ");
  }

  private int parallelism(String run) throws Exception {
    Path shipped = Manifests.REPOSITORY.resolve("flink-jobs/pipelines/market-risk.yaml");
    Path file = folder.resolve("market-risk.yaml");
    Files.writeString(file, Files.readString(shipped) + "\n" + run + "\n");
    ObjectNode deployment =
        Chart.rendered(
                "a pipeline with " + run,
                Chart.withShippedFiles(Chart.template("sluice-dev"))
                    .withValuesFile(Chart.FOLDER.resolve("examples/dev.yaml"))
                    .setFile("pipelines.market-risk.definitions.market-risk\\.yaml", file))
            .deployment();
    assertThat(deployment.at("/spec/job/args/5").asText())
        .isEqualTo(deployment.at("/spec/job/parallelism").asText());
    return deployment.at("/spec/job/parallelism").asInt();
  }

  /** Go's templates print large numbers as 2.0261201e+07 where they are not told otherwise. */
  @Test
  void numbersAndTheirLikeArriveAsTheyAre() throws Exception {
    ObjectNode deployment = Chart.everything().deployment();
    assertThat(deployment.at("/spec/job/savepointRedeployNonce").toString()).isEqualTo("20261201");
    assertThat(deployment.at("/spec/restartNonce").toString()).isEqualTo("2");
    assertThat(deployment.at("/spec/ingress/template").asText())
        .isEqualTo("{{name}}.{{namespace}}.flink.example.com");
    assertThat(Manifests.settings(deployment))
        .containsEntry("job.autoscaler.vertex.max-parallelism", "32")
        .containsEntry("high-availability.storageDir", "s3://other/ha")
        .containsEntry("kubernetes.container.image.pull-secrets", "registry;mirror");
  }

  @Test
  void theVersionIsThatOfTheProject() throws Exception {
    JsonNode chart = Manifests.YAML.readTree(Chart.FOLDER.resolve("Chart.yaml").toFile());
    assertThat(Files.readString(Manifests.REPOSITORY.resolve("pom.xml")))
        .contains("<version>" + chart.get("appVersion").asText() + "-SNAPSHOT</version>");
  }

  /** Links of the repository are files of a packed chart. */
  @Test
  void aPackedChartBringsRulesAndDashboards() throws Exception {
    new Helm(Chart.FOLDER).packageIt().withDestination(folder).call();
    Path packed = folder.resolve("sluice-0.1.0.tgz");
    TemplateCommand command =
        new Helm(packed)
            .template()
            .withName("sluice")
            .withNamespace("n")
            .withKubeVersion("1.32.0")
            .set("prometheusRule.enabled", true)
            .set("dashboards.enabled", true);
    Rendered rendered = Chart.rendered("the packed chart", command);
    assertThat(rendered.only("PrometheusRule").at("/spec/groups")).hasSizeGreaterThan(3);
    assertThat(rendered.ofKind("ConfigMap")).hasSizeGreaterThan(4);
  }

  /** The list of settings that would do nothing is that of the job's code. */
  @Test
  void settingsOfTheJobAreKnown() throws Exception {
    JsonNode listed =
        Manifests.YAML.readTree(Chart.FOLDER.resolve("files/set-by-the-job.yaml").toFile());
    JsonNode defaults =
        Manifests.YAML
            .readTree(Chart.FOLDER.resolve("values.yaml").toFile())
            .get("flinkConfiguration");
    Set<String> expected = new TreeSet<>(JobInCode.settings().keySet());
    // Said in the manifests too, as SettingsTest compares them with the sandbox.
    expected.removeIf(defaults::has);
    assertThat(Manifests.texts(listed)).containsOnlyKeys(expected);
    assertThat(Manifests.texts(listed).values())
        .allMatch(remedy -> remedy.matches("Remove it\\.|Set run\\..* in the pipeline file\\."));
  }
}
