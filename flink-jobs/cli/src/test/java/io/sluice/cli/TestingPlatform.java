package io.sluice.cli;

import io.sluice.cli.platform.Broker;
import io.sluice.cli.platform.Cluster;
import io.sluice.cli.platform.Endpoints;
import io.sluice.cli.platform.MessageSink;
import io.sluice.cli.platform.Platform;
import io.sluice.cli.platform.Problem;
import io.sluice.cli.platform.Schemas;
import io.sluice.cli.platform.ServedViews;
import io.sluice.cli.platform.Servers;
import io.sluice.cli.platform.TableMaintenance;
import io.sluice.cli.platform.Tables;
import io.sluice.cli.storage.StateFolders;
import io.sluice.cli.text.CommandFailure;
import io.sluice.connectors.kafka.transactions.OpenTransaction;
import io.sluice.definition.edit.Store;
import io.sluice.delta.log.TableVersion;
import io.sluice.delta.maintain.CheckpointResult;
import io.sluice.delta.maintain.VacuumResult;
import io.sluice.delta.rewind.SavepointVersion;
import io.sluice.delta.rewrite.RewriteResult;
import io.sluice.delta.schema.RefusedTableException;
import io.sluice.delta.storage.OpenRead;
import io.sluice.delta.table.TableColumn;
import io.sluice.delta.table.TableDetail;
import io.sluice.delta.table.TableFiles;
import io.sluice.job.SavedTables;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.avro.Schema;

/** Systems in memory that write down what they are asked for. */
public final class TestingPlatform implements Platform {
  /** Everything that was asked for, in order. */
  public final List<String> calls = new ArrayList<>();

  /** Whether Redis and PostgreSQL hold the view fares. */
  public boolean served = true;

  /** Topics that were there before, with the largest compressed batch that each takes. */
  public final Map<String, Long> packedTopics = new HashMap<>();

  /** The jobs of the cluster by id. */
  public final Map<String, Cluster.Job> jobs = new LinkedHashMap<>();

  /** Why every job failed last. */
  public String failure = "it broke";

  /** When every job failed last. */
  public Instant lastFailure = Instant.EPOCH.plusSeconds(60);

  /** The jobs that fail between any two looks, although they take checkpoints. */
  public final Set<String> keepsFailing = new LinkedHashSet<>();

  /** Is told the job of which a checkpoint is asked, before there is one; null for nobody. */
  public Consumer<String> checkpointOnRequest;

  /** How often one asks for a job that does not run before it does. */
  public int asksUntilRunning = -1;

  /** Root of the tables; null for the home's folder. */
  public String lake;

  /** The tables of the lake. */
  public List<String> tables = List.of("silver/trades");

  /** Whether savepoints are of another pipeline. */
  public boolean foreign;

  /** How the table silver/trips stands to savepoints. */
  public SavepointVersion atSavepoint =
      new SavepointVersion(3, OptionalLong.empty(), false, List.of(), Map.of());

  /** The arguments of the last job. */
  public List<String> arguments = List.of();

  /** Why taking a table back fails, although it could go back; null when it does not. */
  public String failingRewind;

  /** Why no table can go back; null when they can. */
  public String refusedRewind;

  /** The pipelines that wrote tables, by table. */
  public final Map<String, String> owners = new LinkedHashMap<>();

  /** What the schemas of the registry are, by id. */
  public final Map<Integer, String> schemas = new LinkedHashMap<>(Map.of(1, "trips"));

  /** The ids of views in Redis and PostgreSQL, by store and name. */
  public final Map<String, String> marks = new LinkedHashMap<>();

  /** The stores of views that were asked for ids, in order. */
  public final List<Store.Kind> asked = new ArrayList<>();

  /** Stores of views that cannot be asked. */
  public final Set<Store.Kind> silent = EnumSet.noneOf(Store.Kind.class);

  /** Stores of views that take no writes. */
  public final Set<Store.Kind> readOnly = EnumSet.noneOf(Store.Kind.class);

  /** The ids of stores that the last job keeps. */
  public final Map<Store, String> kept = new LinkedHashMap<>();

  /** The texts of schemas that were registered. */
  public final Set<String> registered = new LinkedHashSet<>();

  public long maxTransactionTimeoutMs = 900_000;

  /** The open transactions of Kafka, the oldest first. */
  public final List<OpenTransaction> transactions = new ArrayList<>();

  /** What became of other transactions, by id. */
  public final Map<String, String> endedTransactions = new HashMap<>();

  /** Free task slots. */
  public int slots = 4;

  /** Partitions of each topic. */
  public int partitions = 4;

  /** Whether the servers run. */
  public boolean up = true;

  /** Why a savepoint's state does not fit; null when it does. */
  String refusedEdit;

  /** The state in which jobs start. */
  public String startState = "RUNNING";

  /** The states in which the next jobs start, before {@link #startState} is used again. */
  public final Deque<String> startStates = new ArrayDeque<>();

  /** The jobs that take no checkpoint. */
  public final Set<String> withoutCheckpoint = new LinkedHashSet<>();

  /** The id of the next checkpoint; each look at it finds a newer one. */
  public long checkpoint = 7;

  /** Whether checkpoints go on while one looks. */
  public boolean checkpointing;

  /** Jars of the cluster by name. */
  public final Map<String, Cluster.Jar> jars = new LinkedHashMap<>();

  /** What each job was run with: jar, pipeline's text, parallelism. */
  public final List<String> ran = new ArrayList<>();

  /** Parallel tasks of jobs that were rescaled. */
  public final Map<String, Integer> rescaled = new HashMap<>();

  /** How often one asks for the state of a job before it can be divided. */
  public int asksUntilDivisible;

  /** The same, after Flink has divided it. */
  public int asksAfterRescaling;

  /** Whether Flink runs jobs on the number of tasks that it is asked for. */
  public boolean rescales = true;

  /** What a stop with a savepoint does instead; null when it works. */
  public Stop stop;

  /** The name of the jar of the build; null for that of its file. */
  public String builtJar;

  /** Answers that are lost before the cluster is there again. */
  public int lostAnswers;

  /** The path of a savepoint, or a failure. */
  @FunctionalInterface
  public interface Stop {
    String of(String job, String folder) throws IOException;
  }

  /** Lets no edit fit the state, for a reason. */
  public void refuseEdits(String reason) {
    refusedEdit = reason;
  }

  /** Puts a job on the cluster that nobody submitted here. */
  public void start(String id, String name) {
    jobs.put(id, new Cluster.Job(id, name, "RUNNING", Instant.EPOCH, Optional.empty()));
  }

  /** Lets a job fail and try again. */
  public void restart(String id) {
    Cluster.Job job = jobs.get(id);
    jobs.put(id, new Cluster.Job(id, job.name(), "RESTARTING", job.started(), Optional.empty()));
  }

  /** Ends a job. */
  public void end(String id, String state) {
    Cluster.Job job = jobs.get(id);
    jobs.put(id, new Cluster.Job(id, job.name(), state, job.started(), Optional.of(Instant.EPOCH)));
  }

  /** What happened to Redis; a demo takes it for lost then. */
  public volatile Optional<String> incident = Optional.empty();

  /** What the registry says to a new schema; null when it takes it. */
  String refusal;

  /** Lets a job's JobManager set it up again, as after its restart. */
  void initializing(String id) {
    Cluster.Job job = jobs.get(id);
    jobs.put(id, new Cluster.Job(id, job.name(), "INITIALIZING", job.started(), Optional.empty()));
  }

  /** Lets a job fail for good. */
  public void failed(String id) {
    end(id, "FAILED");
  }

  @Override
  public Platform withStorage(Optional<Storage> storage) {
    storage.ifPresent(chosen -> calls.add("storage " + chosen));
    return this;
  }

  @Override
  public Servers servers(Path home) {
    return new TestingServers(home);
  }

  @Override
  public Cluster cluster(Endpoints endpoints) {
    return new TestingCluster(this);
  }

  @Override
  public Broker broker(Endpoints endpoints) {
    return new TestingBroker(this);
  }

  @Override
  public Broker broker(String bootstrapServers) {
    calls.add("broker " + bootstrapServers);
    return new TestingBroker(this);
  }

  @Override
  public ServedViews views(Endpoints endpoints) {
    return new TestingViews(this);
  }

  @Override
  public Schemas schemas(Endpoints endpoints) {
    return new Schemas() {
      @Override
      public int register(String subject, Schema schema) throws IOException {
        if (refusal != null) {
          throw new IOException(refusal);
        }
        registered.add(schema.toString());
        calls.add("schema " + subject);
        return 1;
      }

      @Override
      public Optional<String> fingerprint(int id) {
        return Optional.ofNullable(schemas.get(id));
      }
    };
  }

  @Override
  public MessageSink messages(Endpoints endpoints, String topic, int maxMessageBytes) {
    return new MessageSink() {
      private long count;

      @Override
      public void send(byte[] key, byte[] value, Consumer<Problem> refused) {
        count++;
        calls.add("send " + topic + " " + (key == null ? null : new String(key)));
      }

      @Override
      public void flush() {
        // Messages are there as soon as they are sent.
      }

      @Override
      public long acknowledged() {
        return count;
      }

      @Override
      public void close() {
        calls.add("producer closed");
      }
    };
  }

  @Override
  public StateFolders state(Path home) {
    return StateFolders.onDisk(home);
  }

  @Override
  public Tables tables(String lake) {
    return new TestingTables();
  }

  @Override
  public TableMaintenance maintenance(String lake) {
    return new TestingMaintenance();
  }

  private final class TestingMaintenance implements TableMaintenance {
    @Override
    public RewriteResult optimize(String table, long targetFileSize, boolean dryRun) {
      calls.add("optimize " + table + " " + targetFileSize + (dryRun ? " dry" : ""));
      return rewritten(dryRun);
    }

    @Override
    public RewriteResult zorder(
        String table, List<String> columns, long targetFileSize, boolean dryRun) {
      calls.add("zorder " + table + " " + columns + " " + targetFileSize + (dryRun ? " dry" : ""));
      return rewritten(dryRun);
    }

    private RewriteResult rewritten(boolean dryRun) {
      OptionalLong version = dryRun ? OptionalLong.empty() : OptionalLong.of(9);
      return new RewriteResult(version, 12, 3 << 20, 1, 2 << 20, 100, dryRun ? 0 : 2);
    }

    @Override
    public VacuumResult vacuum(
        String table, Duration retention, boolean retentionCheck, boolean dryRun) {
      calls.add(
          "vacuum "
              + table
              + " "
              + retention
              + (retentionCheck ? "" : " unchecked")
              + (dryRun ? " dry" : ""));
      return new VacuumResult(
          9,
          Instant.EPOCH,
          List.of("day=1/a.parquet", "b.bin"),
          1500,
          dryRun,
          List.of(new OpenRead("r1", 7, Instant.EPOCH)),
          List.of(new OpenRead("r2", 3, Instant.EPOCH)));
    }

    @Override
    public CheckpointResult checkpoint(String table, boolean dryRun) {
      calls.add("checkpoint " + table + (dryRun ? " dry" : ""));
      return new CheckpointResult(9, true);
    }

    @Override
    public Instant pause(String table, Duration time) {
      calls.add("pause " + table + " " + time);
      return Instant.EPOCH.plus(time);
    }

    @Override
    public boolean resume(String table) {
      calls.add("resume " + table);
      return true;
    }

    @Override
    public Optional<SavepointVersion> versionAt(
        String table, SavedTables saved, Instant completed) {
      return Optional.of(atSavepoint);
    }

    @Override
    public OptionalLong rewind(String table, SavedTables saved, long version, boolean dryRun)
        throws IOException {
      if (failingRewind != null && !dryRun) {
        throw new IOException(failingRewind);
      }
      if (refusedRewind != null) {
        throw new RefusedTableException(refusedRewind);
      }
      calls.add("rewind " + table + " to " + version + (dryRun ? " dry" : ""));
      return dryRun ? OptionalLong.empty() : OptionalLong.of(4);
    }
  }

  private final class TestingServers implements Servers {
    private final Path home;

    TestingServers(Path home) {
      this.home = home;
    }

    @Override
    public Endpoints up(Consumer<String> progress) {
      calls.add("up");
      up = true;
      return endpoints().orElseThrow();
    }

    @Override
    public void down(Consumer<String> progress) {
      calls.add("down");
      up = false;
    }

    @Override
    public List<Component> components() {
      return List.of(
          new Component(
              "kafka", Optional.of(42L), Optional.of(9092), Optional.empty(), 0, Optional.empty()),
          new Component(
              "redis", Optional.empty(), Optional.empty(), Optional.empty(), 1, incident));
    }

    @Override
    public Incidents incidents() {
      return new Incidents(List.of(), incident);
    }

    @Override
    public Optional<Endpoints> endpoints() {
      return up
          ? Optional.of(
              new Endpoints(
                  "k",
                  "r",
                  "s",
                  "j",
                  "http://f",
                  lake(),
                  Optional.empty(),
                  home.resolve("secrets")))
          : Optional.empty();
    }

    @Override
    public String lake() {
      return lake == null ? home.resolve("lake").toString() : lake;
    }
  }

  private final class TestingTables implements Tables {
    @Override
    public List<String> list() {
      return tables;
    }

    @Override
    public Optional<Commit> latest(String table) {
      return Optional.of(new Commit(3, Instant.EPOCH));
    }

    @Override
    public List<TableVersion> history(String table, int limit) {
      return List.of(
          new TableVersion(3, Instant.EPOCH, "WRITE", "another", Map.of(), 1, 0, 10, 1_000));
    }

    @Override
    public Rows rows(String table, Optional<Long> version, List<String> columns, int limit) {
      calls.add("rows of " + table + " " + version.map(String::valueOf).orElse("newest"));
      List<Object> row = new ArrayList<>();
      row.add("a\u001b[31m");
      row.add(null);
      return new Rows(version.orElse(3L), List.of("trade_id", "price"), List.of(row));
    }

    @Override
    public long versionAsOf(String table, Instant time) {
      calls.add("version of " + table + " at " + time);
      return 2;
    }

    @Override
    public TableFiles files(String table, Optional<Long> version, Path copies) {
      throw new AssertionError("Tables in memory have no files.");
    }

    @Override
    public void checkOwner(String table, String pipeline) {
      String owner = owners.getOrDefault(table, pipeline);
      if (!owner.equals(pipeline)) {
        throw new CommandFailure("The table %s belongs to the pipeline %s".formatted(table, owner));
      }
    }

    @Override
    public void remove(String table) {
      calls.add("remove table " + table);
    }

    @Override
    public List<TableColumn> schema(String table) {
      return List.of(new TableColumn("trade_id", "string", true, false));
    }

    @Override
    public TableDetail detail(String table) {
      return new TableDetail(
          table, 3, Instant.EPOCH, 1, 1_000, -1, List.of(), 1, 2, List.of(), Map.of());
    }

    @Override
    public Optional<Instant> pausedUntil(String table) {
      return Optional.empty();
    }
  }
}
