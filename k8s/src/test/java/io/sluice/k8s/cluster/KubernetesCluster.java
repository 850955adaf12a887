package io.sluice.k8s.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import io.sluice.cli.fault.FaultRun;
import io.sluice.cli.fault.FaultStack;
import io.sluice.cli.fault.JobPlace;
import io.sluice.cli.platform.Cluster;
import io.sluice.cli.text.CommandFailure;
import io.sluice.cli.text.Installation;
import io.sluice.k8s.Overlay;
import io.sluice.k8s.TestingKubernetes;
import io.sluice.sandbox.home.DistFolder;
import io.sluice.sandbox.home.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The FlinkDeployment of an overlay, deployed by Flink's own deployer and run by {@link Kubelet} on
 * this machine, beside the servers of a stack. What differs from the overlay is written here: the
 * paths of the image, the bucket, and that many processes share one machine.
 */
final class KubernetesCluster implements JobPlace, AutoCloseable {
  private static final Installation BUILT =
      Installation.ofSources(Path.of("").toAbsolutePath().getParent());
  private static final String CREDENTIALS = "market-risk-credentials";

  private final FaultStack stack;
  private final Path folder;
  private final Overlay overlay;
  private final ObjectNode deployment;
  private final TestingKubernetes kubernetes;
  private final Kubelet kubelet;

  /**
   * @param stack whose Flink does not run, with a bucket
   * @param folder an empty one, for files of the pods
   */
  KubernetesCluster(FaultStack stack, Path folder, Overlay overlay) throws IOException {
    this.stack = stack;
    this.folder = folder;
    this.overlay = overlay;
    deployment = adapted(overlay.deployment());
    kubernetes = new TestingKubernetes(Files.createDirectories(folder.resolve("api")));
    kubelet =
        new Kubelet(
            kubernetes.client(),
            namespace(),
            new PodCommand(
                Files.createDirectories(folder.resolve("pods")),
                new DistFolder(BUILT.serverFiles()),
                kubernetes.kubeconfigFile()));
  }

  private String namespace() {
    return deployment.at("/metadata/namespace").asText();
  }

  private String name() {
    return deployment.at("/metadata/name").asText();
  }

  /** The overlay's resource, on this machine. */
  private ObjectNode adapted(ObjectNode resource) {
    ObjectNode job = (ObjectNode) resource.at("/spec/job");
    job.put("jarURI", "local://" + BUILT.jobJar());
    ArrayNode arguments = (ArrayNode) job.get("args");
    for (int i = 0; i < arguments.size(); i++) {
      String text = arguments.get(i).asText();
      if (text.startsWith("/")) {
        arguments.set(i, folder + text);
      }
    }
    ObjectNode settings = (ObjectNode) resource.at("/spec/flinkConfiguration");
    Map<String, String> changed = new LinkedHashMap<>();
    settings
        .fields()
        .forEachRemaining(
            field -> {
              String value = field.getValue().asText();
              if (value.startsWith("s3://")) {
                changed.put(
                    field.getKey(), value.replaceFirst("s3://[^/]+", "s3://" + ObjectStore.BUCKET));
              }
            });
    ObjectStore store = stack.sandbox().endpoints().objects().orElseThrow();
    changed.put("s3.endpoint", store.endpoint());
    changed.put("s3.region", ObjectStore.REGION);
    changed.put("s3.path-style-access", "true");
    // The defaults are 15, 15 and 5 s: a test need not wait so long for a dead leader's lease.
    changed.put("high-availability.kubernetes.leader-election.lease-duration", "6 s");
    changed.put("high-availability.kubernetes.leader-election.renew-deadline", "5 s");
    changed.put("high-availability.kubernetes.leader-election.retry-period", "1 s");
    changed.forEach(settings::put);
    // All processes would want the same port.
    settings.remove("metrics.reporters");
    return resource;
  }

  @Override
  public String submit(Optional<String> restoreFrom) throws IOException, InterruptedException {
    restoreFrom.ifPresent(
        path -> ((ObjectNode) deployment.at("/spec/job")).put("initialSavepointPath", path));
    NamespacedKubernetesClient client = kubernetes.client();
    addresses(client);
    JsonNode pod = deployment.at("/spec/podTemplate/spec");
    overlay.mount(
        pod.at("/volumes/0"),
        Path.of(folder + pod.at("/containers/0/volumeMounts/0/mountPath").asText()));
    try {
      kubernetes.deploy(deployment);
    } catch (IOException | InterruptedException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("Flink's deployer failed: " + e.getMessage(), e);
    }
    kubelet.run(client.apps().deployments().inNamespace(namespace()).withName(name()).require());
    return running();
  }

  /** The ConfigMap and the secret that the pods take their variables from. */
  private void addresses(NamespacedKubernetesClient client) {
    Map<String, String> open = new LinkedHashMap<>(stack.sandbox().endpoints().environment());
    Map<String, String> secret = new LinkedHashMap<>();
    for (String name :
        new String[] {
          "SLUICE_REDIS", "SLUICE_JDBC", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"
        }) {
      secret.put(name, open.remove(name));
    }
    String map =
        deployment.at("/spec/podTemplate/spec/containers/0/envFrom/0/configMapRef/name").asText();
    client
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName(map)
                .withNamespace(namespace())
                .endMetadata()
                .withData(open)
                .build())
        .create();
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(CREDENTIALS)
                .withNamespace(namespace())
                .endMetadata()
                .withData(encoded(secret))
                .build())
        .create();
  }

  private static Map<String, String> encoded(Map<String, String> texts) {
    Map<String, String> encoded = new LinkedHashMap<>();
    texts.forEach(
        (name, text) ->
            encoded.put(
                name, Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))));
    return encoded;
  }

  /** Waits until the job runs, and tells its id. */
  private String running() {
    String[] job = new String[1];
    FaultRun.eventually("a running job")
        .ignoreExceptionsMatching(FaultRun::isAway)
        .until(
            () -> {
              kubelet.check();
              for (Cluster.Job each : cluster().jobs()) {
                job[0] = each.id();
                return cluster().allTasksRunning(each.id());
              }
              return false;
            });
    return job[0];
  }

  /**
   * Kills the process that leads; returns when the standby does, which must have answered before.
   * The killed one comes back as another process.
   */
  void killLeader() throws IOException {
    FaultRun.eventually("a standby that answers")
        .ignoreExceptionsMatching(FaultRun::isAway)
        .until(this::allAnswer);
    JobManager victim = leader();
    kubelet.kill(victim);
    FaultRun.eventually("another leader")
        .until(
            () -> {
              kubelet.check();
              return kubelet.leader(name()).filter(now -> now != victim).isPresent();
            });
    kubelet.revive(victim);
  }

  private boolean allAnswer() throws IOException, InterruptedException {
    kubelet.check();
    for (JobManager each : kubelet.jobManagers()) {
      at(each).jobs();
    }
    return kubelet.jobManagers().size() > 1;
  }

  private JobManager leader() {
    return kubelet
        .leader(name())
        .orElseThrow(() -> new CommandFailure("No JobManager of %s leads.".formatted(name())));
  }

  /** Each line that a pod has written is an entry; those about the job say so. */
  void requireJsonLogs() throws IOException {
    List<JsonNode> entries = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder.resolve("pods"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".log")).toList()) {
        if (!file.toString().endsWith(".file.log")) {
          entries.addAll(JsonLog.entries(file, name()));
        }
      }
    }
    assertThat(entries)
        .anySatisfy(entry -> assertThat(entry.path("job_id").asText()).matches("[0-9a-f]{32}"));
  }

  @Override
  public Cluster cluster() {
    return at(leader());
  }

  private Cluster at(JobManager replica) {
    return stack.cluster("http://127.0.0.1:" + replica.restPort());
  }

  @Override
  public void close() {
    try {
      kubelet.close();
    } finally {
      kubernetes.close();
    }
  }
}
