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
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What nodes and the Deployment's controller do for one cluster of Flink: the replicas of its
 * JobManager and the pods that this asks for become processes of this machine, with the command,
 * the variables and the configuration of their containers. Replicas that end are started again.
 */
final class Kubelet implements AutoCloseable {
  private static final String ADDRESS = "127.0.0.1";

  /** A replica that ends by itself is started again so often. */
  private static final int MOST_STARTS = 10;

  private final NamespacedKubernetesClient client;
  private final String namespace;
  private final PodCommand command;
  private final List<JobManager> jobManagers = new ArrayList<>();
  private final Map<String, Process> taskManagers = new HashMap<>();
  private final Set<JobManager> held = new HashSet<>();
  private final Thread whenTheTestIsEnded = new Thread(this::end);
  private Container jobManager;
  private List<EnvFromSource> environment;
  private Optional<Exception> failure = Optional.empty();
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
    Runtime.getRuntime().addShutdownHook(whenTheTestIsEnded);
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
    jobManager = container;
    environment = container.getEnvFrom();
    watch =
        client
            .pods()
            .inNamespace(namespace)
            .withLabel("component", "taskmanager")
            .watch(new TaskManagers());
    for (int i = 0; i < deployment.getSpec().getReplicas(); i++) {
      JobManager replica = new JobManager("jobmanager-" + i);
      jobManagers.add(replica);
      start(replica, container);
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
    replica.process().onExit().thenAccept(ended -> ended(replica, container));
  }

  private synchronized void ended(JobManager replica, Container container) {
    try {
      if (closed || held.contains(replica)) {
        return;
      }
      if (replica.starts() > MOST_STARTS) {
        throw new IllegalStateException(
            replica.name() + " ended again and again: " + command.endOfLog(replica.name()));
      }
      start(replica, container);
    } catch (IOException | RuntimeException e) {
      failure = Optional.of(e);
    }
  }

  /** Kills a replica with SIGKILL. It stays away until it is {@link #revive revived}. */
  synchronized void kill(JobManager replica) {
    held.add(replica);
    replica.process().destroyForcibly();
  }

  /** Starts a killed replica again. */
  synchronized void revive(JobManager replica) throws IOException {
    held.remove(replica);
    start(replica, jobManager);
  }

  /** All replicas, dead or alive. */
  List<JobManager> jobManagers() {
    return jobManagers;
  }

  /** What went wrong in the background, which would end as a long wait otherwise. */
  synchronized void check() {
    failure.ifPresent(
        problem -> {
          throw new IllegalStateException("The pods cannot run.", problem);
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
  public void close() {
    end();
    Runtime.getRuntime().removeShutdownHook(whenTheTestIsEnded);
  }

  private void end() {
    List<Process> running = new ArrayList<>();
    synchronized (this) {
      closed = true;
      if (watch != null) {
        watch.close();
      }
      jobManagers.forEach(each -> running.add(each.process()));
      running.removeIf(Objects::isNull);
      running.addAll(taskManagers.values());
    }
    running.forEach(Process::destroyForcibly);
    running.forEach(process -> process.onExit().join());
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
      } catch (IOException | RuntimeException e) {
        failure = Optional.of(e);
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
      synchronized (Kubelet.this) {
        failure = Optional.of(cause);
      }
    }
  }
}
