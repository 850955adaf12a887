package io.sluice.job;

import io.sluice.connectors.jdbc.JdbcViewSink;
import io.sluice.connectors.kafka.KafkaAdmin;
import io.sluice.connectors.kafka.KafkaMessages;
import io.sluice.connectors.kafka.KafkaPositions;
import io.sluice.connectors.kafka.KafkaRecords;
import io.sluice.connectors.kafka.SchemaRegistry;
import io.sluice.connectors.redis.RedisViewSink;
import io.sluice.definition.edit.TopicLife;
import io.sluice.definition.model.LakeRoot;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.model.Pipeline.Connections;
import io.sluice.definition.model.Reference;
import io.sluice.runtime.aggregate.ViewLayout;
import io.sluice.runtime.decode.SchemaLookup;
import io.sluice.runtime.ledger.AccountedOffsets;
import io.sluice.runtime.reject.ViewRejects;
import io.sluice.runtime.silver.SilverColumns;
import io.sluice.runtime.stage.Backlog;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.table.data.RowData;

/** The real systems that a pipeline's connections name. */
final class ConnectorEdges implements Edges {
  private static final Pattern CREDENTIALS = Pattern.compile("://[^/]*@|://[^?]*\\?");
  private static final Duration PARTITION_DISCOVERY = Duration.ofSeconds(60);

  private final Pipeline pipeline;
  private final JobSettings settings;
  private final Function<String, String> environment;
  private final String kafka;
  private final String registry;
  private final String lake;
  private final DeltaEdges delta;
  private final Map<String, KafkaPositions> positions = new HashMap<>();

  /**
   * Resolves the addresses that the graph needs; none of them is a secret.
   *
   * @param environment gives the value of an environment variable, or null
   */
  ConnectorEdges(Pipeline pipeline, JobSettings settings, Function<String, String> environment) {
    this.pipeline = pipeline;
    this.settings = settings;
    this.environment = environment;
    Connections connections = pipeline.connections();
    this.kafka =
        address(connections.kafka().map(Connections.Kafka::bootstrapServers), "kafka", environment);
    this.registry =
        address(connections.registry().map(Connections.Registry::url), "registry", environment);
    this.lake = address(connections.lake().map(Connections.Lake::root), "lake", environment);
    if (CREDENTIALS.matcher(lake).find()) {
      throw new IllegalArgumentException(
          "the lake's root must not hold a user or a password: it stands in the job's graph and in tables (not shown).");
    }
    LakeRoot.problem(lake)
        .ifPresent(
            problem -> {
              throw new IllegalArgumentException("connections.lake.root: " + problem);
            });
    delta = new DeltaEdges(pipeline, lake);
  }

  private static String address(
      Optional<Reference> reference, String name, Function<String, String> environment) {
    return reference
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "connections."
                        + name
                        + " is missing in the pipeline; every pipeline needs it."))
        .resolve(environment);
  }

  /** Refuses to start when Kafka could give up a transaction before a restarted job commits it. */
  void checkTransactions() throws Exception {
    try (KafkaAdmin admin = new KafkaAdmin(kafka)) {
      TransactionLimit.check(admin.maxTransactionTimeoutMs(), settings.run());
    }
  }

  /** Which lives of their topics the datasets read, by dataset. */
  Map<String, TopicLife> topics() throws Exception {
    try (KafkaAdmin admin = new KafkaAdmin(kafka)) {
      return TopicLives.read(admin, lake, pipeline);
    }
  }

  private String group() {
    return "sluice." + pipeline.name();
  }

  @Override
  public Source<RowData, ?, ?> records(Pipeline.Source source, TopicLife topic) {
    return KafkaRecords.source(positions(source), topic.id(), PARTITION_DISCOVERY);
  }

  @Override
  public Backlog backlog(Pipeline.Source source) {
    return positions(source)::ask;
  }

  private KafkaPositions positions(Pipeline.Source source) {
    return positions.computeIfAbsent(
        source.topic(), topic -> new KafkaPositions(kafka, topic, group()));
  }

  @Override
  public SchemaLookup schemas(Pipeline.Source source) {
    return new RegisteredSchemas(new SchemaRegistry(registry), source.topic(), source.subjects());
  }

  @Override
  public SilverColumns silverColumns(Pipeline.Source source) {
    return delta.silverColumns(source);
  }

  @Override
  public AccountedOffsets accounted(Pipeline.Source source, TopicLife topic) {
    return delta.accounted(source, topic);
  }

  @Override
  public Sink<RowData> table(TableSpec table) {
    return delta.table(table);
  }

  @Override
  public void upsert(DataStream<RowData> rows, TableSpec table, Pipeline.Upsert how) {
    delta.upsert(rows, table, how);
  }

  @Override
  public Sink<RowData> deadLetters(Pipeline.Source source) {
    String topic = source.topic() + ".dlq";
    return KafkaMessages.exactlyOnceSink(
        kafka,
        group() + "." + source.dataset().name(),
        settings.run().transactionTimeout(),
        Pattern.compile(Pattern.quote(topic)));
  }

  /** Task managers know the address in any case; a table is compared there, too. */
  private void check(JdbcViewSink sink, Reference url) {
    String address;
    try {
      address = url.resolve(environment);
    } catch (IllegalStateException unknownHere) {
      return;
    }
    sink.checkTable(address);
  }

  /** 0 for a view that goes on: what the stores hold of it stays. */
  private static long firstVersion(ViewLayout view) {
    return view.begins() ? view.start().firstVersion() : 0;
  }

  @Override
  public DataStream<RowData> jdbc(DataStream<RowData> results, ViewLayout view, String uid) {
    Connections.Jdbc jdbc = pipeline.connections().jdbc().orElseThrow();
    ViewRejects rejects = view.resultRejects();
    JdbcViewSink sink =
        JdbcViewSink.upsert(
                new EnvironmentText(jdbc.url()), view.name(), view.servedType(), view.identity())
            .beginningAt(firstVersion(view));
    check(sink, jdbc.url());
    return sink.apply(
        results,
        uid,
        ViewRejects.TYPE,
        (row, rule, reason) -> rejects.sink("jdbc", row, rule, reason));
  }

  @Override
  public DataStream<RowData> redis(DataStream<RowData> results, ViewLayout view, String uid) {
    Connections.Redis redis = pipeline.connections().redis().orElseThrow();
    ViewRejects rejects = view.resultRejects();
    return new RedisViewSink(
            new EnvironmentText(redis.uri()),
            redis.keyPrefix(),
            view.name(),
            view.servedType(),
            view.key())
        .beginningAt(firstVersion(view))
        .apply(
            results,
            uid,
            ViewRejects.TYPE,
            (row, rule, reason) -> rejects.sink("redis", row, rule, reason));
  }
}
