package io.sluice.definition.pipeline;

import io.sluice.definition.model.Run;
import io.sluice.definition.model.Run.Checkpoint;
import io.sluice.definition.model.Run.Profile;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * The mappings of a pipeline file with the keys that each may have. The readers accept these keys
 * and no others, and {@code schemas/KEYS.md} is made of them.
 */
enum PipelinePart {
  FILE(
      "",
      "the whole file",
      required("apiVersion", "`sluice/v1`", "the version of this format"),
      required("kind", "`Pipeline`", "what the file is"),
      required("name", "name", "the pipeline's name; its ledger is `ledger/<name>`"),
      required("sources", "mapping", "the datasets that are read, by name"),
      optional("bronze", "mapping", "as below", "how raw records are kept"),
      optional("silver", "mapping", "as below", "what happens to each dataset, by name"),
      optional("gold", "mapping", "no views", "the views, by name"),
      optional("run", "mapping", "as below", "how the job runs"),
      required("connections", "mapping", "where the systems are")),

  SOURCE(
      "sources.<dataset>",
      "a dataset: `<dataset>.avsc` and `<dataset>.odcs.yaml`",
      required("topic", "topic", "the Kafka topic; it holds this dataset only"),
      optional(
          "subjects",
          "list of texts",
          "`[<topic>-value]`",
          "subjects of the schema registry whose schemas may bring new and wider columns"),
      required("format", choice(PipelineReader.FORMATS.keySet()), "how records are encoded"),
      required("eventTime", "mapping", "when an event happened")),

  EVENT_TIME(
      "sources.<dataset>.eventTime",
      "event time and the watermark",
      required(
          "field",
          "column",
          "a timestamp-millis or timestamp-micros that is not null, or that the contract requires"),
      optional(
          "maxOutOfOrderness",
          "duration",
          text(PipelineReader.DEFAULT_OUT_OF_ORDERNESS),
          "how far an event may be behind the latest one of its partition before it can be late"),
      optional(
          "idleness",
          "duration above 0",
          text(PipelineReader.DEFAULT_IDLENESS),
          "after how long a partition in which nothing waits holds no window open"),
      optional(
          "maxAhead",
          "duration",
          text(PipelineReader.DEFAULT_MAX_AHEAD),
          "an event further ahead of its Kafka timestamp is a reject of rule `future:<field>`")),

  BRONZE(
      "bronze",
      "the table of raw records",
      optional(
          "partitionBy",
          code(PipelineReader.INGESTION_DATE),
          code(PipelineReader.INGESTION_DATE),
          "the partition column; no other is possible")),

  SILVER(
      "silver.<dataset>",
      "what happens to a dataset's records",
      optional(
          "derive",
          "mapping of column to expression",
          "none",
          "new columns, in order; each may use those before it"),
      optional("deduplicate", "mapping", "no", "repeated records are dropped and counted"),
      optional("write", "mapping", "append", "how the silver table is written")),

  DEDUPLICATE(
      "silver.<dataset>.deduplicate",
      "repetitions",
      required("by", "list of columns", "columns of the dataset that make a record the same"),
      required("retain", "duration above 0", "how long a record is remembered, in arrival time")),

  WRITE(
      "silver.<dataset>.write",
      "the silver table",
      optional(
          "mode",
          choice(List.of(SilverReader.APPEND, SilverReader.UPSERT)),
          code(SilverReader.APPEND),
          "one row per record, or one row per key, the newest"),
      optional("partitionBy", "list of columns", "none", "the partition columns"),
      optional(
          "key", "list of columns", "required by `upsert`", "the key of a row, with `upsert` only"),
      optional(
          "orderBy",
          "column",
          "required by `upsert`",
          "a whole number, date or timestamp that tells which row is newer, with `upsert` only"),
      optional(
          "indexRetain",
          "duration of at least " + text(SilverReader.LEAST_INDEX_RETAIN),
          "for ever",
          "how long a key that does not change is remembered in the state, in arrival time; its row is looked up in the table after that; with `upsert` only"),
      schemaChanges("what happens to columns that the silver table lacks, or has narrower")),

  VIEW(
      "gold.<view>",
      "a view",
      required("from", "dataset", "the dataset whose silver rows are aggregated"),
      required("key", "list of columns", "one result per value of these"),
      optional("window", "mapping", "this or `running`", "results per window of event time"),
      optional(
          "running", "`true`", "this or `window`", "one result per key, updated by each event"),
      required("aggregate", "mapping of column to expression", "what is computed"),
      required(
          "sinks",
          "list of " + choice(ViewReader.SINKS.keySet()),
          "windows go to `delta` and `jdbc`, running views to `redis` and `jdbc`"),
      schemaChanges("what a changed definition makes of the view's Delta table")),

  WINDOW(
      "gold.<view>.window",
      "windows",
      required(
          "tumbling",
          "duration above 0, at most " + text(ViewReader.LONGEST_WINDOW),
          "the length of a window"),
      optional(
          "allowedLateness",
          "duration",
          text(Duration.ZERO),
          "how long events still count behind the watermark; later ones go to `late/<view>`")),

  RUN(
      "run",
      "how the job runs",
      optional(
          "profile",
          choice(RunReader.PROFILES.keySet()),
          code("latency"),
          "the defaults of `checkpoint`: each "
              + text(Profile.LATENCY.checkpoint().interval())
              + ", or each "
              + text(Profile.THROUGHPUT.checkpoint().interval())
              + " in fewer and larger commits; `eco` commits as `latency` does, and each `1m` while a source catches up or nothing comes"),
      optional(
          "parallelism",
          "number up to `maxParallelism`",
          "`--parallelism` of the command",
          "parallel readers, writers and views; the command's option goes first"),
      optional(
          "maxParallelism",
          "number up to " + code(String.valueOf(Run.LARGEST_MAX_PARALLELISM)),
          code(String.valueOf(Run.DEFAULT_MAX_PARALLELISM)),
          "how far the job can ever be scaled out; a savepoint of another number does not fit"),
      optional(
          "checkpoint", "mapping", "as the profile says", "when state and tables are committed"),
      optional(
          "restartBudget",
          "duration from "
              + text(RunReader.LEAST_RESTART_BUDGET)
              + " to "
              + text(RunReader.LONGEST_RESTART_BUDGET),
          text(Run.DEFAULT_RESTART_BUDGET),
          "how long the job may be down before Kafka may give up dead letters that wait for their commit; with the longest interval, `timeout` and a minute it must stay within the broker's `transaction.max.timeout.ms`, by default 15 minutes"),
      optional(
          "flink",
          "mapping",
          "as the job has them",
          "settings of Flink that are a job's own and cannot make it lose or repeat anything; those of processes belong to the cluster")),

  CHECKPOINT(
      "run.checkpoint",
      "checkpoints",
      optional(
          "interval",
          "duration from "
              + text(RunReader.LEAST_INTERVAL)
              + " to "
              + text(RunReader.LONGEST_INTERVAL),
          "as the profile says",
          "from one to the next; rows are in Delta tables after it; ten times that, up to a minute, while the job is catching up, and when nothing has come for a minute"),
      optional(
          "minPause",
          "duration up to `interval`",
          "half of `interval`",
          "from the end of one to the start of the next, at least"),
      optional(
          "timeout",
          "duration from "
              + text(RunReader.LEAST_TIMEOUT)
              + " to "
              + text(RunReader.LONGEST_TIMEOUT),
          text(Checkpoint.DEFAULT_TIMEOUT),
          "after which one is given up")),

  FLINK(
      "run.flink",
      "settings of Flink, by Flink's keys",
      optional(
          FlinkReader.BUFFER_TIMEOUT,
          "duration from `0s` to " + text(FlinkReader.LONGEST_BUFFER_TIMEOUT),
          "`1s`",
          "how long records wait for company before they are sent on, unless a checkpoint comes; those of windows wait for `100ms` at most, those of running views never"),
      optional(
          FlinkReader.WATERMARK_INTERVAL,
          "duration from "
              + text(FlinkReader.LEAST_WATERMARK_INTERVAL)
              + " to "
              + text(FlinkReader.LONGEST_WATERMARK_INTERVAL),
          "`50ms`",
          "how often event time moves on"),
      optional(
          FlinkReader.LATENCY_INTERVAL,
          "duration from `0s` to " + text(FlinkReader.LONGEST_LATENCY_INTERVAL),
          "`0s`, none",
          "how often markers go through the job that measure latency"),
      optional(
          FlinkReader.BLOOM_FILTER,
          "`true`, `false`",
          "`true`",
          "filters in front of RocksDB's files"),
      optional(
          FlinkReader.COMPRESSION,
          choice(FlinkReader.COMPRESSIONS.keySet()),
          code("NO_COMPRESSION"),
          "how RocksDB compresses files"),
      optional(
          FlinkReader.THREADS,
          "number up to " + code(String.valueOf(FlinkReader.MOST_THREADS)),
          "`16`",
          "threads by which RocksDB flushes and merges, for all jobs of a process"),
      optional(
          FlinkReader.WRITE_BUFFERS,
          "number up to " + code(String.valueOf(FlinkReader.MOST_WRITE_BUFFERS)),
          "`2`",
          "buffers that RocksDB fills before it waits for a flush"),
      optional(
          FlinkReader.WRITE_BUFFER_SIZE,
          "size from `%dmb` to `%dmb`"
              .formatted(FlinkReader.LEAST_MEGABYTES, FlinkReader.MOST_MEGABYTES),
          "`64mb`",
          "size of each")),

  CONNECTIONS(
      "connections",
      "addresses; secrets stand in environment variables",
      required("kafka", "mapping", "Kafka"),
      required("registry", "mapping", "the schema registry"),
      required("lake", "mapping", "the Delta tables"),
      optional("redis", "mapping", "required by sinks `redis`", "Redis"),
      optional("jdbc", "mapping", "required by sinks `jdbc`", "PostgreSQL")),

  KAFKA(
      "connections.kafka",
      "Kafka",
      required("bootstrapServers", "address", "`${SLUICE_KAFKA}`, brokers separated by commas")),

  REGISTRY(
      "connections.registry",
      "the schema registry",
      required("url", "address", "`${SLUICE_REGISTRY}`, a server with Confluent's API")),

  LAKE(
      "connections.lake",
      "the Delta tables",
      required(
          "root",
          "address",
          "`${SLUICE_LAKE}`, what the tables are below: a folder, or `s3://BUCKET/KEY`")),

  REDIS(
      "connections.redis",
      "Redis",
      required("uri", "address", "`${SLUICE_REDIS}`"),
      optional(
          "keyPrefix",
          "text",
          code(ConnectionsReader.DEFAULT_PREFIX),
          "what the keys of views begin with: letters, digits, `_`, `.`, `:` and `-`")),

  JDBC(
      "connections.jdbc",
      "PostgreSQL",
      required("url", "address", "`${SLUICE_JDBC}`, of the form jdbc:postgresql://HOST/DATABASE"));

  /** What {@link Key#otherwise} says of a key that must be there. */
  static final String REQUIRED = "required";

  /**
   * One key of a mapping, described in Markdown.
   *
   * @param value the kind of its value
   * @param otherwise what counts when it is left out, or {@link #REQUIRED}
   * @param meaning what it says, in one line
   */
  record Key(String name, String value, String otherwise, String meaning) {}

  private final String path;
  private final String title;
  private final List<Key> keys;

  PipelinePart(String path, String title, Key... keys) {
    this.path = path;
    this.title = title;
    this.keys = List.of(keys);
  }

  /** Where the mapping stands; names that the user chooses are in angle brackets. */
  String path() {
    return path;
  }

  String title() {
    return title;
  }

  List<Key> keys() {
    return keys;
  }

  List<String> names() {
    return keys.stream().map(Key::name).toList();
  }

  /** The part of one connection. */
  static PipelinePart ofConnection(String name) {
    return Arrays.stream(values())
        .filter(part -> part.path.equals(CONNECTIONS.path + "." + name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no connection is called " + name));
  }

  private static Key required(String name, String value, String meaning) {
    return new Key(name, value, REQUIRED, meaning);
  }

  private static Key optional(String name, String value, String otherwise, String meaning) {
    return new Key(name, value, otherwise, meaning);
  }

  private static Key schemaChanges(String meaning) {
    return optional(
        "schemaChanges", choice(SilverReader.SCHEMA_CHANGES.keySet()), "`evolve`", meaning);
  }

  private static String choice(Collection<String> words) {
    return String.join(", ", new TreeSet<>(words).stream().map(PipelinePart::code).toList());
  }

  private static String code(String text) {
    return "`" + text + "`";
  }

  private static String text(Duration duration) {
    return code(plain(duration));
  }

  /** As it is written in the file: in the largest unit that is whole. */
  static String plain(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    if (duration.toMillisPart() != 0) {
      return duration.toMillis() + "ms";
    }
    if (duration.toSecondsPart() != 0) {
      return duration.toSeconds() + "s";
    }
    if (duration.toMinutesPart() != 0) {
      return duration.toMinutes() + "m";
    }
    return duration.toHours() % 24 == 0 ? duration.toDays() + "d" : duration.toHours() + "h";
  }
}
