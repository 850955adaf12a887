package io.sluice.sandbox.home;

import io.sluice.sandbox.process.FreePorts;
import io.sluice.sandbox.process.SandboxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * TCP ports of the stack on 127.0.0.1. Zero stands for "any free port" until the stack starts.
 *
 * @param kafka broker, for clients
 * @param kafkaController broker, for its own controller
 * @param registry schema registry, HTTP
 * @param redis Redis
 * @param postgres PostgreSQL
 * @param flink REST API and web UI of the JobManager
 * @param flinkRpc where TaskManagers reach the JobManager
 * @param s3 object store, HTTP
 * @param jobmanagerMetrics metrics of the JobManager for Prometheus, HTTP
 * @param taskmanagerMetrics metrics of the TaskManager for Prometheus, HTTP
 */
public record Ports(
    int kafka,
    int kafkaController,
    int registry,
    int redis,
    int postgres,
    int flink,
    int flinkRpc,
    int s3,
    int jobmanagerMetrics,
    int taskmanagerMetrics) {

  private static final int LARGEST = 65_535;
  private static final String ALL_FREE = "all=0";
  private static final String JOBMANAGER_METRICS = "jobmanagerMetrics";
  private static final String TASKMANAGER_METRICS = "taskmanagerMetrics";

  public Ports {
    for (int port :
        List.of(
            kafka,
            kafkaController,
            registry,
            redis,
            postgres,
            flink,
            flinkRpc,
            s3,
            jobmanagerMetrics,
            taskmanagerMetrics)) {
      if (port < 0 || port > LARGEST) {
        throw new SandboxException(
            "The port "
                + port
                + " does not exist: allowed are 1 to 65535, and 0 for any free one.");
      }
    }
  }

  /** The documented ports. */
  public static Ports standard() {
    return new Ports(19092, 19093, 18080, 16379, 15432, 18081, 16123, 19000, 19249, 19250);
  }

  /** Any free ports; for tests. */
  public static Ports anyFree() {
    return new Ports(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  /**
   * These ports with some replaced, as in {@code --port kafka=29092}.
   *
   * @param settings each {@code name=number}, the name as a component of this record, or {@code
   *     all=0} for free ports everywhere
   * @throws SandboxException on an unknown name or a number that is no port
   */
  public Ports with(List<String> settings) {
    Map<String, Integer> ports = byName();
    for (String setting : settings) {
      if (setting.equals(ALL_FREE)) {
        ports.replaceAll((name, port) -> 0);
        continue;
      }
      int equals = setting.indexOf('=');
      String name = equals < 0 ? setting : setting.substring(0, equals);
      if (!ports.containsKey(name)) {
        throw new SandboxException(
            "There is no port named '%s' in '%s': allowed are %s, as in kafka=29092, and all=0 for any free ones."
                .formatted(name, setting, String.join(", ", ports.keySet())));
      }
      ports.put(name, number(setting, equals));
    }
    return of(ports);
  }

  /** The port that clients of a component use; of the TaskManager, which has none, 0. */
  public int of(Component component) {
    return switch (component) {
      case POSTGRES -> postgres;
      case REDIS -> redis;
      case KAFKA -> kafka;
      case REGISTRY -> registry;
      case S3 -> s3;
      case JOBMANAGER -> flink;
      case TASKMANAGER -> 0;
    };
  }

  /** Where a component gives its metrics to Prometheus; empty if it has none. */
  public OptionalInt metricsOf(Component component) {
    return switch (component) {
      case JOBMANAGER -> OptionalInt.of(jobmanagerMetrics);
      case TASKMANAGER -> OptionalInt.of(taskmanagerMetrics);
      default -> OptionalInt.empty();
    };
  }

  /** What a component listens on, by the name that {@link #with} takes. */
  public Map<String, Integer> listenedBy(Component component) {
    Map<String, Integer> all = byName();
    List<String> names =
        switch (component) {
          case POSTGRES -> List.of("postgres");
          case REDIS -> List.of("redis");
          case KAFKA -> List.of("kafka", "kafkaController");
          case REGISTRY -> List.of("registry");
          case S3 -> List.of("s3");
          case JOBMANAGER -> List.of("flink", "flinkRpc", JOBMANAGER_METRICS);
          case TASKMANAGER -> List.of(TASKMANAGER_METRICS);
        };
    all.keySet().retainAll(names);
    return all;
  }

  /** These ports with a free one in the place of every zero. */
  public Ports resolved() {
    Map<String, Integer> ports = byName();
    int[] free = FreePorts.pick((int) ports.values().stream().filter(port -> port == 0).count());
    int next = 0;
    for (Map.Entry<String, Integer> port : ports.entrySet()) {
      if (port.getValue() == 0) {
        port.setValue(free[next++]);
      }
    }
    return of(ports);
  }

  private Map<String, Integer> byName() {
    Map<String, Integer> ports = new LinkedHashMap<>();
    ports.put("kafka", kafka);
    ports.put("kafkaController", kafkaController);
    ports.put("registry", registry);
    ports.put("redis", redis);
    ports.put("postgres", postgres);
    ports.put("flink", flink);
    ports.put("flinkRpc", flinkRpc);
    ports.put("s3", s3);
    ports.put(JOBMANAGER_METRICS, jobmanagerMetrics);
    ports.put(TASKMANAGER_METRICS, taskmanagerMetrics);
    return ports;
  }

  private static Ports of(Map<String, Integer> ports) {
    return new Ports(
        ports.get("kafka"),
        ports.get("kafkaController"),
        ports.get("registry"),
        ports.get("redis"),
        ports.get("postgres"),
        ports.get("flink"),
        ports.get("flinkRpc"),
        ports.get("s3"),
        ports.get(JOBMANAGER_METRICS),
        ports.get(TASKMANAGER_METRICS));
  }

  private static int number(String setting, int equals) {
    String text = equals < 0 ? "" : setting.substring(equals + 1);
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException notANumber) {
      throw new SandboxException(
          "'%s' gives no port number: write it as in kafka=29092."
              .formatted(Objects.requireNonNull(setting)),
          notANumber);
    }
  }
}
