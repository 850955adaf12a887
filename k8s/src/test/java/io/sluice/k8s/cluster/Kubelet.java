package io.sluice.k8s.cluster;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What nodes and the Deployment's controller do for one cluster of Flink: the replicas of its
 * JobManager and the pods that this asks for become processes of this machine, with the command,
 * the variables and the configuration of their containers. Replicas that end are started again.
 */
final class Kubelet implements AutoCloseable {
  private static final String ADDRESS = "127.0.0.1";

  private final NamespacedKubernetesClient client;
  private final String namespace;
  private final PodCommand command;
  private final List<JobManager> jobManagers = new ArrayList<>();
  private final Map<String, Process> taskManagers = new HashMap<>();
  private List<EnvFromSource> environment;
  private Watch watch;
  private boolean closed;

  /**
   * @param client of a cluster with one FlinkDeployment
   * @param command how a pod becomes a process
   */
  Kubelet(NamespacedKubernetesClient client, String namespace, PodCommand command) {
    this.client = client;
    this.namespace = namespace;
    this.command = command;
  }

  /** Starts the replicas of a JobManager, and from now on each TaskManager that it asks for. */
  void run(Deployment deployment) throws IOException {
    command.configure(
        client
            .configMaps()
            .inNamespace(namespace)
            .withName("flink-config-" + deployment.getMetadata().getName())
            .get()
            .getData());
    Container container = deployment.getSpec().getTemplate().getSpec().getContainers().get(0);
    environment = container.getEnvFrom();
    watch =
        client
            .pods()
            .inNamespace(namespace)
            .withLabel("component", "taskmanager")
            .watch(new TaskManagers());
    for (int i = 0; i < deployment.getSpec().getReplicas(); i++) {
      start(new JobManager("jobmanager-" + i), container);
    }
  }

  private synchronized void start(JobManager replica, Container container) throws IOException {
    if (closed) {
      return;
    }
    List<String> options =
        List.of(
            "-Djobmanager.rpc.port=" + replica.rpcPort(),
            "-Drest.port=" + replica.restPort(),
            "-Drest.bind-port=" + replica.restPort(),
            "-Dblob.server.port=0");
    replica.runs(command.start(replica.name(), container, variables(container), options));
    if (!jobManagers.contains(replica)) {
      jobManagers.add(replica);
    }
    replica
        .process()
        .onExit()
        .thenAccept(
            ended -> {
              try {
                start(replica, container);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  /**
   * Session and address of the dispatcher that leads, as the cluster's ConfigMap has them; each
   * leader has a session of its own.
   */
  Optional<String> leadership(String cluster) {
    return Optional.ofNullable(
            client
                .configMaps()
                .inNamespace(namespace)
                .withName(cluster + "-cluster-config-map")
                .get())
        .map(map -> map.getData().get("org.apache.flink.k8s.leader.dispatcher"));
  }

  /** The replica that leads. */
  synchronized Optional<JobManager> leader(String cluster) {
    return leadership(cluster)
        .flatMap(
            leadership ->
                jobManagers.stream()
                    .filter(each -> leadership.contains(":" + each.rpcPort() + "/"))
                    .findFirst());
  }

  /**
   * What the container's variables, and the ConfigMaps and secrets of the common template say. The
   * JobManager reads the template of TaskManagers at a path of the image, and without one asks for
   * pods that lack what stands in it; that it is there on Kubernetes, another test shows.
   */
  private Map<String, String> variables(Container container) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (EnvFromSource source : environment) {
      if (source.getConfigMapRef() != null) {
        variables.putAll(
            client
                .configMaps()
                .inNamespace(namespace)
                .withName(source.getConfigMapRef().getName())
                .require()
                .getData());
      }
      if (source.getSecretRef() != null) {
        client
            .secrets()
            .inNamespace(namespace)
            .withName(source.getSecretRef().getName())
            .require()
            .getData()
            .forEach(
                (name, value) ->
                    variables.put(name, new String(Base64.getDecoder().decode(value))));
      }
    }
    for (EnvVar variable : container.getEnv()) {
      variables.put(
          variable.getName(),
          variable.getValue() != null
              ? variable.getValue()
              : field(variable.getValueFrom().getFieldRef().getFieldPath()));
    }
    return variables;
  }

  /** What a node tells a container of its pod. */
  private static String field(String path) {
    return switch (path) {
      case "status.podIP", "spec.nodeName" -> ADDRESS;
      default -> throw new IllegalArgumentException("A pod asks for " + path + ".");
    };
  }

  @Override
  public void close() throws InterruptedException {
    List<Process> running = new ArrayList<>();
    synchronized (this) {
      closed = true;
      if (watch != null) {
        watch.close();
      }
      jobManagers.forEach(each -> running.add(each.process()));
      running.addAll(taskManagers.values());
    }
    running.forEach(Process::destroyForcibly);
    for (Process process : running) {
      process.waitFor();
    }
  }

  /** Pods of TaskManagers: each that appears is started, each that disappears is ended. */
  private final class TaskManagers implements Watcher<Pod> {
    @Override
    public void eventReceived(Action action, Pod pod) {
      synchronized (Kubelet.this) {
        String name = pod.getMetadata().getName();
        if (action == Action.ADDED && !closed && !taskManagers.containsKey(name)) {
          start(name, pod);
        } else if (action == Action.DELETED) {
          Optional.ofNullable(taskManagers.remove(name)).ifPresent(Process::destroyForcibly);
        }
      }
    }

    private void start(String name, Pod pod) {
      Container container = pod.getSpec().getContainers().get(0);
      List<String> options = List.of("-Dtaskmanager.rpc.port=0", "-Dtaskmanager.host=" + ADDRESS);
      try {
        Process process = command.start(name, container, variables(container), options);
        taskManagers.put(name, process);
        report(name, "Running");
        process.onExit().thenAccept(ended -> ended(name));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void ended(String name) {
      synchronized (Kubelet.this) {
        if (!closed && taskManagers.containsKey(name)) {
          report(name, "Failed");
        }
      }
    }

    /** The JobManager takes in TaskManagers only whose pods were scheduled and run. */
    private void report(String name, String phase) {
      client
          .pods()
          .inNamespace(namespace)
          .withName(name)
          .editStatus(
              pod -> {
                pod.setStatus(
                    new PodStatusBuilder()
                        .withPhase(phase)
                        .withPodIP(ADDRESS)
                        .addNewCondition()
                        .withType("PodScheduled")
                        .withStatus("True")
                        .endCondition()
                        .build());
                return pod;
              });
    }

    @Override
    public void onClose(WatcherException cause) {
      throw new IllegalStateException("The watch of the pods has ended.", cause);
    }
  }
}
