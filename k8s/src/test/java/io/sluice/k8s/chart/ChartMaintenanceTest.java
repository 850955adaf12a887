package io.sluice.k8s.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.sluice.k8s.Manifests;
import io.sluice.k8s.Rendered;
import io.sluice.k8s.RestrictedPod;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * CronJobs of the chart with values of one's own. With the examples they are those of the overlays,
 * which {@code MaintenanceTest} looks at.
 */
class ChartMaintenanceTest {
  private static final String VACUUM = "market-risk-vacuum";

  @TempDir private Path folder;

  private static CronJobSpec job(Rendered rendered, String name) {
    ObjectNode resource =
        rendered.ofKind("CronJob").stream()
            .filter(each -> Manifests.name(each).equals(name))
            .findFirst()
            .orElseThrow();
    return Serialization.unmarshal(resource.toString(), CronJob.class).getSpec();
  }

  private static PodSpec pod(CronJobSpec job) {
    return job.getJobTemplate().getSpec().getTemplate().getSpec();
  }

  @Test
  void takeTheValues() throws Exception {
    CronJobSpec vacuum = job(Chart.everything(), VACUUM);
    assertThat(vacuum.getSchedule()).isEqualTo("30 3 * * MON-FRI");
    assertThat(vacuum.getTimeZone()).isEqualTo("Europe/Berlin");
    assertThat(vacuum.getJobTemplate().getSpec().getActiveDeadlineSeconds()).isEqualTo(3600);
    Container container = pod(vacuum).getContainers().get(0);
    assertThat(container.getArgs())
        .containsExactly(
            "maintain",
            "vacuum",
            "--all",
            "--lake",
            "s3://sluice-prod/other",
            "--retention",
            "14d");
    assertThat(container.getEnv())
        .extracting(EnvVar::getName, EnvVar::getValue)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("SLUICE_JAVA_OPTS", "-Xmx2g"));
    assertThat(container.getResources().getLimits().get("memory")).hasToString("3Gi");
    assertThat(job(Chart.everything(), "market-risk-optimize").getSchedule()).isEqualTo("@daily");
  }

  @Test
  void runTheImageOfTheJobInAPodThatARestrictedNamespaceTakes() throws Exception {
    PodSpec pod = pod(job(Chart.everything(), VACUUM));
    assertThat(RestrictedPod.problems(pod)).isEmpty();
    assertThat(pod.getContainers().get(0).getSecurityContext().getReadOnlyRootFilesystem())
        .isTrue();
    assertThat(pod.getContainers().get(0).getImage())
        .isEqualTo(Chart.everything().deployment().at("/spec/image").asText());
    assertThat(pod.getImagePullSecrets())
        .extracting(LocalObjectReference::getName)
        .containsExactly("registry", "mirror");
    assertThat(pod.getNodeSelector()).containsEntry("pool", "small");
    assertThat(pod.getTolerations()).hasSize(1);
    assertThat(pod.getServiceAccountName()).isEqualTo("flink-jobs");
  }

  /** An object store that is not Amazon's may listen anywhere. */
  @ParameterizedTest
  @CsvSource({
    "http://minio.storage:9000, 9000",
    "https://minio.storage:9443/, 9443",
    "http://minio.storage, 80",
    "https://minio.storage, 443"
  })
  void reachTheObjectStoreWhereItListens(String endpoint, int port) throws Exception {
    Path values =
        Files.writeString(
            folder.resolve("values.yaml"),
            "networkPolicy: {egressPorts: [443, 9092, 8080, 9000, 9443]}\n"
                + "pipelines: {market-risk: {addresses: {AWS_ENDPOINT_URL_S3: \"%s\"}}}\n"
                    .formatted(endpoint));
    Rendered rendered =
        Chart.rendered(
            endpoint,
            Chart.withShippedFiles(Chart.template("sluice-prod"))
                .withValuesFile(Chart.FOLDER.resolve("examples/prod.yaml"))
                .withValuesFile(values));
    JsonNode policy =
        rendered.ofKind("NetworkPolicy").stream()
            .filter(each -> Manifests.name(each).equals("market-risk-maintenance"))
            .findFirst()
            .orElseThrow();
    assertThat(policy.at("/spec/egress/1/ports/0/port").asInt()).isEqualTo(port);
    assertThat(policy.at("/spec/egress")).hasSize(2);
  }
}
