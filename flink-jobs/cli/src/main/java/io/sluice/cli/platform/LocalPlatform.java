package io.sluice.cli.platform;

import io.sluice.cli.storage.StateFolders;
import io.sluice.sandbox.home.ObjectStore;
import io.sluice.sandbox.home.Ports;
import io.sluice.sandbox.home.SandboxHome;
import io.sluice.sandbox.home.SandboxOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The real systems: server processes of this machine and files of this disk. */
public final class LocalPlatform implements Platform {

  /** Room for two pipelines of the default parallelism, with RocksDB's memory for each. */
  private static final int SLOTS = 4;

  private static final Map<String, String> SETTINGS =
      Map.of("taskmanager.memory.managed.size", "1536mb");

  private final Path dist;
  private final boolean archives;
  private final List<String> ports;
  private final Optional<Storage> storage;

  /**
   * @param dist the folder of the servers' files
   */
  public LocalPlatform(Path dist) {
    this(dist, true);
  }

  /**
   * @param archives whether servers write class-data archives
   */
  public LocalPlatform(Path dist, boolean archives) {
    this(dist, archives, List.of(), Optional.empty());
  }

  private LocalPlatform(
      Path dist, boolean archives, List<String> ports, Optional<Storage> storage) {
    this.dist = dist;
    this.archives = archives;
    this.ports = List.copyOf(ports);
    this.storage = storage;
  }

  @Override
  public Platform withPorts(List<String> others) {
    return new LocalPlatform(dist, archives, others, storage);
  }

  @Override
  public Platform withStorage(Optional<Storage> other) {
    return new LocalPlatform(dist, archives, ports, other);
  }

  @Override
  public Servers servers(Path home) {
    SandboxOptions options =
        SandboxOptions.standard()
            .withPorts(Ports.standard().with(ports))
            .withSlots(SLOTS)
            .withClassArchives(archives)
            .withFlinkSettings(SETTINGS);
    return new SandboxServers(home, dist, options, storage);
  }

  @Override
  public Cluster cluster(Endpoints endpoints) {
    return new FlinkCluster(endpoints.flink(), endpoints.secrets());
  }

  @Override
  public Broker broker(Endpoints endpoints) {
    return broker(endpoints.kafka());
  }

  @Override
  public Broker broker(String bootstrapServers) {
    return new KafkaBroker(bootstrapServers);
  }

  @Override
  public ServedViews views(Endpoints endpoints) {
    return new SandboxViews(endpoints);
  }

  @Override
  public Schemas schemas(Endpoints endpoints) {
    return new RegistrySchemas(endpoints.registry());
  }

  @Override
  public MessageSink messages(Endpoints endpoints, String topic, int maxMessageBytes) {
    return new KafkaMessageSink(endpoints.kafka(), topic, maxMessageBytes);
  }

  @Override
  public StateFolders state(Path home) {
    if (new SandboxHome(home).storage() == io.sluice.sandbox.home.Storage.DISK) {
      return StateFolders.onDisk(home);
    }
    servers(home).lake();
    return StateFolders.in(ObjectStore.SAVEPOINTS, ObjectStore.CHECKPOINTS);
  }

  @Override
  public Tables tables(String lake) {
    return new DeltaLake(lake);
  }

  @Override
  public TableMaintenance maintenance(String lake) {
    return new DeltaLakeMaintenance(new DeltaLake(lake));
  }
}
