package io.sluice.k8s.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.UpgradeCommand;
import io.sluice.cli.Main;
import io.sluice.k8s.Manifests;
import io.sluice.k8s.Overlay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of the runbook, by bash, one block after the other, between two clusters of memory:
 * kubectl and sluice are the real ones, Helm is the library with the arguments that bash gives it.
 * No operator acts: what it would tell is written by the test.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RestoreRunbookITCase {
  private static final Path PAGE =
      Manifests.REPOSITORY.resolve("k8s/runbooks/restore-onto-a-new-cluster.md");
  private static final Pattern BLOCK = Pattern.compile("```bash\\R(.*?)```", Pattern.DOTALL);
  private static final String NAMESPACE = "sluice-prod";
  private static final String SAVEPOINT = "s3://sluice-prod/market-risk/savepoints/savepoint-1a-2b";

  @TempDir private Path folder;
  private TestingCluster former;
  private TestingCluster fresh;
  private Path kubeconfig;

  @BeforeEach
  void start() throws Exception {
    // Skipped without kubectl.
    Overlay.of("prod");
    former = new TestingCluster();
    fresh = new TestingCluster();
    kubeconfig =
        Files.writeString(
            folder.resolve("kubeconfig"),
            """
            apiVersion: v1
            kind: Config
            clusters: [{name: old, cluster: {server: '%s'}}, {name: new, cluster: {server: '%s'}}]
            contexts: [{name: old, context: {cluster: old, user: me}}, {name: new, context: {cluster: new, user: me}}]
            users: [{name: me, user: {}}]
            """
                .formatted(former.address(), fresh.address()));
    Files.createSymbolicLink(folder.resolve("helm"), Manifests.REPOSITORY.resolve("helm"));
    Files.copy(Chart.FOLDER.resolve("examples/prod.yaml"), folder.resolve("my.yaml"));
    Files.writeString(folder.resolve("credentials.env"), "SLUICE_REDIS=redis://host:6379\n");
    Files.writeString(folder.resolve("keystore.jks"), "key");
    Files.writeString(folder.resolve("truststore.jks"), "trust");
    program("bin/helm", "printf '%s\\0' \"$@\" > '" + folder.resolve("helm.args") + "'");
    program(
        "sluice",
        "exec '%s' -XX:TieredStopAtLevel=1 -Dsluice.root='%s' -cp '%s' %s \"$@\""
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                Manifests.REPOSITORY,
                System.getProperty("java.class.path"),
                Main.class.getName()));
    ObjectNode deployment = Chart.example("prod").deployment();
    deployment
        .putObject("status")
        .put("lifecycleState", "SUSPENDED")
        .putObject("jobStatus")
        .put("upgradeSavepointPath", SAVEPOINT);
    former.add("/apis/flink.apache.org/v1beta1", "flinkdeployments", deployment);
  }

  private void program(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/bash\n" + text + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  @AfterEach
  void stop() {
    if (fresh != null) {
      former.close();
      fresh.close();
    }
  }

  @Test
  void thePipelineGoesOnInTheNewCluster() throws Exception {
    List<String> blocks = new ArrayList<>();
    Matcher block = BLOCK.matcher(Files.readString(PAGE));
    while (block.find()) {
      blocks.add(block.group(1));
    }
    assertThat(blocks).hasSize(4);

    assertThat(bash(blocks.get(0))).endsWith("SUSPENDED " + SAVEPOINT);
    assertThat(former.ofKind("FlinkDeployment").get("market-risk").at("/spec/job/state").asText())
        .isEqualTo("suspended");

    bash(blocks.get(1));
    assertThat(
            fresh
                .ofKind("Namespace")
                .get(NAMESPACE)
                .at("/metadata/labels")
                .path("pod-security.kubernetes.io/enforce")
                .asText())
        .isEqualTo("restricted");
    assertThat(fresh.ofKind("Secret").get("market-risk-credentials").get("data"))
        .hasSize(1)
        .allMatch(value -> !value.asText().isEmpty());
    assertThat(fresh.ofKind("Secret").get("market-risk-tls").get("data").fieldNames())
        .toIterable()
        .containsExactly("keystore.jks", "truststore.jks");

    bash(blocks.get(2).replace("SAVEPOINT", SAVEPOINT));
    helm();
    ObjectNode restored = fresh.ofKind("FlinkDeployment").get("market-risk");
    assertThat(restored.at("/spec/job/initialSavepointPath").asText()).isEqualTo(SAVEPOINT);
    assertThat(Manifests.settings(restored))
        .isEqualTo(Manifests.settings(Chart.example("prod").deployment()));

    restored.putObject("status").putObject("jobStatus").put("state", "RUNNING");
    fresh.add("/apis/flink.apache.org/v1beta1", "flinkdeployments", restored);
    assertThat(bash(blocks.get(3))).isEqualTo("RUNNING");
  }

  /** What a block prints. */
  private String bash(String block) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-euc", block)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("KUBECONFIG", kubeconfig.toString());
    builder
        .environment()
        .merge("PATH", folder.resolve("bin").toString(), (path, bin) -> bin + ":" + path);
    builder.environment().put("HOME", folder.toString());
    int code = builder.start().waitFor();
    String text = Files.readString(output);
    assertThat(code).as(text).isZero();
    return text;
  }

  /** Helm with the arguments of the block. */
  private void helm() throws IOException {
    List<String> words = List.of(Files.readString(folder.resolve("helm.args")).split("\0"));
    assertThat(words.subList(0, 4))
        .containsExactly("upgrade", "--install", "sluice", "helm/sluice");
    UpgradeCommand command =
        new Helm(folder.resolve(words.get(3)).toRealPath())
            .upgrade()
            .install()
            .withName(words.get(2))
            .withKubeConfig(kubeconfigOf(words.get(words.indexOf("--kube-context") + 1)))
            .disableOpenApiValidation();
    for (int i = 4; i < words.size(); i += 2) {
      String value = words.get(i + 1);
      switch (words.get(i)) {
        case "--kube-context" -> assertThat(value).isEqualTo("new");
        case "-n" -> command.withNamespace(value);
        case "-f" -> command.withValuesFile(folder.resolve(value));
        case "--set" -> command.set(value.split("=", 2)[0], value.split("=", 2)[1]);
        default -> throw new AssertionError("The page gives Helm " + words.get(i) + ".");
      }
    }
    command.call();
  }

  private Path kubeconfigOf(String context) throws IOException {
    return Files.writeString(
        folder.resolve("kubeconfig-" + context),
        Files.readString(kubeconfig) + "current-context: " + context + "\n");
  }
}
