package io.sluice.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The CronJobs that maintain tables. {@code DistributionITCase} runs their arguments. */
class MaintenanceTest {
  /** Of the command vacuum. */
  private static final Duration RETENTION = Duration.ofDays(7);

  private static List<CronJobSpec> jobs(Overlay overlay) {
    return overlay.ofKind("CronJob").stream()
        .map(resource -> Serialization.unmarshal(resource.toString(), CronJob.class).getSpec())
        .toList();
  }

  private static PodSpec pod(CronJobSpec job) {
    return job.getJobTemplate().getSpec().getTemplate().getSpec();
  }

  @ParameterizedTest
  @FieldSource("io.sluice.k8s.Overlay#NAMES")
  void podsAreTakenByARestrictedNamespaceAndCannotWriteToTheImage(String name) throws Exception {
    List<CronJobSpec> jobs = jobs(Overlay.of(name));
    assertThat(jobs).hasSize(2);
    for (CronJobSpec job : jobs) {
      assertThat(RestrictedPod.problems(pod(job))).isEmpty();
      assertThat(pod(job).getContainers().get(0).getSecurityContext().getReadOnlyRootFilesystem())
          .isTrue();
      assertThat(pod(job).getAutomountServiceAccountToken()).isFalse();
    }
  }

  /** Two at once would do the same work twice, and one of them in vain. */
  @ParameterizedTest
  @FieldSource("io.sluice.k8s.Overlay#NAMES")
  void noneRunsBesideItself(String name) throws Exception {
    assertThat(jobs(Overlay.of(name)))
        .allSatisfy(
            job -> {
              assertThat(job.getConcurrencyPolicy()).isEqualTo("Forbid");
              assertThat(job.getSchedule()).matches("\\d+ \\d+ \\* \\* \\*");
              assertThat(job.getStartingDeadlineSeconds()).isPositive();
              assertThat(job.getJobTemplate().getSpec().getActiveDeadlineSeconds()).isPositive();
              assertThat(pod(job).getRestartPolicy()).isEqualTo("Never");
            })
        .extracting(CronJobSpec::getSchedule)
        .doesNotHaveDuplicates();
  }

  /** Names that kustomize changes are changed here, too. */
  @ParameterizedTest
  @FieldSource("io.sluice.k8s.Overlay#NAMES")
  void useImageAddressesAndCredentialsOfTheJob(String name) throws Exception {
    Overlay overlay = Overlay.of(name);
    ObjectNode deployment = overlay.deployment();
    JsonNode environment = deployment.at("/spec/podTemplate/spec/containers/0/envFrom");
    for (CronJobSpec job : jobs(overlay)) {
      Container container = pod(job).getContainers().get(0);
      assertThat(container.getImage()).isEqualTo(deployment.at("/spec/image").asText());
      assertThat(pod(job).getServiceAccountName())
          .isEqualTo(deployment.at("/spec/serviceAccount").asText());
      List<EnvFromSource> sources = container.getEnvFrom();
      assertThat(sources.get(0).getConfigMapRef().getName())
          .isEqualTo(environment.at("/0/configMapRef/name").asText());
      assertThat(sources.get(1).getSecretRef().getName())
          .isEqualTo(environment.at("/1/secretRef/name").asText());
    }
  }

  @Test
  void runTheCommandOfTheImageOnTheLakeOfTheAddresses() throws Exception {
    Overlay prod = Overlay.of("prod");
    String folder =
        DockerfileTest.copies().stream()
            .filter(copy -> copy.sources().contains("bin"))
            .findFirst()
            .orElseThrow()
            .target();
    for (CronJobSpec job : jobs(prod)) {
      Container container = pod(job).getContainers().get(0);
      assertThat(container.getCommand()).containsExactly(folder + "sluice");
      assertThat(container.getArgs()).endsWith("--all", "--lake", "$(SLUICE_LAKE)");
    }
    assertThat(Manifests.texts(KustomizeTest.configMap(prod, "market-risk-addresses").get("data")))
        .containsKey("SLUICE_LAKE");
  }

  /** A policy lets their label through, and nothing but the object store and DNS. */
  @ParameterizedTest
  @FieldSource("io.sluice.k8s.Overlay#NAMES")
  void reachTheObjectStoreAndNothingElse(String name) throws Exception {
    Overlay overlay = Overlay.of(name);
    for (CronJobSpec job : jobs(overlay)) {
      Map<String, String> labels =
          job.getJobTemplate().getSpec().getTemplate().getMetadata().getLabels();
      List<ObjectNode> policies =
          overlay.ofKind("NetworkPolicy").stream()
              .filter(
                  policy ->
                      Manifests.texts(policy.at("/spec/podSelector/matchLabels")).equals(labels))
              .toList();
      assertThat(policies).hasSize(1);
      assertThat(policies.get(0).at("/spec/egress").findValuesAsText("port"))
          .containsExactly("53", "53", "443");
      assertThat(policies.get(0).get("spec").has("ingress")).isFalse();
    }
  }

  /** The command cannot see the savepoints that the operator takes. */
  @Test
  void theOperatorKnowsNoSavepointThatIsOlderThanWhatVacuumKeeps() throws Exception {
    String age =
        Manifests.settings(Overlay.of("prod").deployment())
            .get("kubernetes.operator.savepoint.history.max.age");
    assertThat(Duration.ofHours(Long.parseLong(age.replace(" h", "")))).isLessThan(RETENTION);
    for (CronJobSpec job : jobs(Overlay.of("prod"))) {
      assertThat(pod(job).getContainers().get(0).getArgs()).doesNotContain("--retention");
    }
  }
}
