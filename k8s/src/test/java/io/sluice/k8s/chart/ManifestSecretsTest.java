package io.sluice.k8s.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.TemplateCommand;
import io.sluice.cli.Main;
import io.sluice.k8s.Manifests;
import io.sluice.k8s.Overlay;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A secret that is put into every credential appears in no manifest, whoever renders it, nor in
 * what is said about it. {@code SecretsITCase} looks everywhere else.
 */
class ManifestSecretsTest {
  private static final String CANARY = "canary-Zq3w7";

  /** As the pods have them, and as somebody has them who renders from the same shell. */
  private static final Map<String, String> CREDENTIALS =
      Map.of(
          "SLUICE_REDIS", "redis://user:" + CANARY + "@host:6379",
          "SLUICE_JDBC", "jdbc:postgresql://host:5432/sluice?user=sluice&password=" + CANARY,
          "SLUICE_KAFKA", CANARY + ":9092",
          "SLUICE_REGISTRY", "http://user:" + CANARY + "@host/apis",
          "AWS_ACCESS_KEY_ID", CANARY,
          "AWS_SECRET_ACCESS_KEY", CANARY,
          "AWS_SESSION_TOKEN", CANARY);

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"helm-values", "k8s"})
  void theCommandPrintsNone(String target) throws Exception {
    String printed =
        output(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dsluice.root=" + Manifests.REPOSITORY,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "render",
                target,
                "market-risk"));
    assertThat(printed).contains("kind: Pipeline", "SLUICE_JDBC").doesNotContain(CANARY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "staging", "prod"})
  void kustomizePrintsNone(String overlay) throws Exception {
    // Skipped without kubectl.
    Overlay.of(overlay);
    String path = Manifests.REPOSITORY.resolve("k8s/overlays").resolve(overlay).toString();
    assertThat(output(List.of("kubectl", "kustomize", path)))
        .contains("kind: FlinkDeployment")
        .doesNotContain(CANARY, "kind: Secret");
  }

  /** What a program prints in whose environment each credential is the secret. */
  private String output(List<String> command) throws IOException, InterruptedException {
    File file = folder.resolve("output").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(file);
    builder.environment().putAll(CREDENTIALS);
    int code = builder.start().waitFor();
    String text = Files.readString(file.toPath());
    assertThat(code).as(text).isZero();
    return text;
  }

  /** Where somebody may put one by mistake; the refusal names the place and not the secret. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "addresses: {SLUICE_REDIS: 'redis://user:%s@host:6379'}",
        "addresses: {SLUICE_JDBC: 'jdbc:postgresql://host:5432/db?user=u&password=%s'}",
        "addresses: {SLUICE_OTHER: 'http://user:%s@host:8080/apis'}",
        "addresses: {AWS_SECRET_ACCESS_KEY: '%s'}",
        "flinkConfiguration: {s3.secret-key: '%s'}",
        "flinkConfiguration: {security.ssl.rest.key-password: '%s'}",
        "podTemplate: {spec: {containers: [{name: flink-main-container, env: [{name: DB_PASSWORD, value: '%s'}]}]}}",
        "podTemplate: {spec: {initContainers: [{name: i, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}, env: [{name: TOKEN, value: '%s'}]}]}}",
        "job: {args: ['--secret=%s']}",
        "maintenance: {javaOptions: '-Daws.secretAccessKey=%s'}"
      })
  void theChartRefusesEachAndShowsNone(String place) throws Exception {
    TemplateCommand command =
        Chart.withShippedFiles(Chart.template("sluice-prod"))
            .withValuesFile(Chart.FOLDER.resolve("examples/prod.yaml"))
            .withValuesFile(
                Files.writeString(folder.resolve("values.yaml"), place.formatted(CANARY)));
    assertThatThrownBy(command::call)
        .hasMessageContaining("holds a credential")
        .hasMessageNotContaining(CANARY);
  }

  @Test
  void norDoesItShowOneOfAPipelineFile() throws Exception {
    Path shipped = Manifests.REPOSITORY.resolve("flink-jobs/pipelines/market-risk.yaml");
    for (String credential :
        List.of(CREDENTIALS.get("SLUICE_REDIS"), CREDENTIALS.get("SLUICE_JDBC"))) {
      Path file =
          Files.writeString(
              folder.resolve("market-risk.yaml"),
              Files.readString(shipped) + "# " + credential + "\n");
      TemplateCommand command =
          Chart.withShippedFiles(Chart.template("sluice-prod"))
              .withValuesFile(Chart.FOLDER.resolve("examples/prod.yaml"))
              .setFile("pipelines.market-risk.definitions.market-risk\\.yaml", file);
      assertThatThrownBy(command::call)
          .hasMessageContaining("definitions.market-risk.yaml holds a credential")
          .hasMessageNotContaining(CANARY);
    }
  }
}
