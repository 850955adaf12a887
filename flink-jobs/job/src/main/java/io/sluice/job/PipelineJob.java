package io.sluice.job;

import io.sluice.definition.edit.Edits;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.model.Pipeline.SinkKind;
import io.sluice.definition.model.View;
import io.sluice.job.TableSpec.NewColumns;
import io.sluice.job.TableSpec.TableChanges;
import io.sluice.job.TableSpec.TableFence;
import io.sluice.runtime.aggregate.RunningAggregateOperator;
import io.sluice.runtime.aggregate.RunningInputOperator;
import io.sluice.runtime.aggregate.ViewLayout;
import io.sluice.runtime.aggregate.WindowAggregateOperator;
import io.sluice.runtime.aggregate.WindowInputOperator;
import io.sluice.runtime.decode.BronzeRows;
import io.sluice.runtime.ledger.AccountedOffsets;
import io.sluice.runtime.ledger.DefinitionGuard;
import io.sluice.runtime.ledger.LedgerOperator;
import io.sluice.runtime.ledger.StageCounts;
import io.sluice.runtime.reject.DeadLetterRows;
import io.sluice.runtime.reject.Rejects;
import io.sluice.runtime.reject.ViewRejects;
import io.sluice.runtime.row.OrderedKeySelector;
import io.sluice.runtime.row.RowKeySelector;
import io.sluice.runtime.silver.SilverChanges;
import io.sluice.runtime.silver.SilverLayout;
import io.sluice.runtime.stage.AcceptOperator;
import io.sluice.runtime.stage.DecodeOperator;
import io.sluice.runtime.stage.DeduplicateOperator;
import io.sluice.runtime.stage.DeriveOperator;
import io.sluice.runtime.stage.EventTimeFactory;
import io.sluice.runtime.stage.ValidateOperator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamUtils;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.RowType;

/**
 * The whole data flow of a pipeline, top to bottom.
 *
 * <pre>
 *   records ──────────────► bronze
 *      │
 *   decode ──► validate ──► derive ──► event time        rejects ──► quarantine, dead-letter topic
 *                                          │
 *                                     deduplicate        counts  ──► ledger
 *                                          │
 *                                          ├───────────► silver
 *                                          └─► views ──► gold, JDBC, Redis; late events ──► late
 *                                                                           rejects ──► rejected
 * </pre>
 */
final class PipelineJob {
  /**
   * Producers name the days of arrival. What they name too many of in one checkpoint is kept under
   * a day on which nothing can have arrived; the time itself stands in another column.
   */
  private static final Map<String, String> STRAYS = Map.of("ingestion_date", "1970-01-01");

  private final StreamExecutionEnvironment env;
  private final Edits edits;
  private final Pipeline pipeline;
  private final Edges edges;
  private final OptionalLong reseedFrom;
  private final Duration watermarkInterval;

  /**
   * @param env its interval of watermarks becomes that of the job's own operator of event time;
   *     Flink's sources emit none here, and their timers would wake up each task for nothing
   * @param edits the pipeline, and what becomes of the state that it starts from
   */
  PipelineJob(StreamExecutionEnvironment env, Edits edits, Edges edges) {
    this(env, edits, edges, OptionalLong.empty());
  }

  /**
   * A data flow.
   *
   * @param reseedFrom the checkpoint that the job starts from if the stores of its views were
   *     emptied before: their rows come back from the state
   */
  PipelineJob(StreamExecutionEnvironment env, Edits edits, Edges edges, OptionalLong reseedFrom) {
    this.reseedFrom = reseedFrom;
    this.env = env;
    this.edits = edits;
    this.pipeline = edits.pipeline();
    this.edges = edges;
    this.watermarkInterval = Duration.ofMillis(env.getConfig().getAutoWatermarkInterval());
    env.getConfig().setAutoWatermarkInterval(0);
  }

  /**
   * The rows of a dataset that passed all stages.
   *
   * @param rows of {@link SilverLayout#streamType}
   * @param counts what became of the records in each stage, for the ledger
   */
  private record Accepted(
      Pipeline.Source source,
      SilverLayout layout,
      DataStream<RowData> rows,
      DataStream<RowData> counts) {}

  /** Adds the pipeline to the environment: datasets first, then the views over them. */
  void define() {
    Map<String, Accepted> datasets = new LinkedHashMap<>();
    pipeline.sources().forEach((name, source) -> datasets.put(name, dataset(source)));
    Map<String, DataStream<RowData>> counts = new LinkedHashMap<>();
    datasets.forEach((name, dataset) -> counts.put(name, dataset.counts()));
    pipeline
        .gold()
        .values()
        .forEach(
            view -> counts.merge(view.from(), view(datasets, view), (all, own) -> all.union(own)));
    counts.forEach(this::ledger);
  }

  private Accepted dataset(Pipeline.Source source) {
    String name = source.dataset().name();
    Pipeline.Silver silver = pipeline.silver().get(name);
    SilverLayout layout = new SilverLayout(source.dataset(), silver.derive());
    AccountedOffsets accounted = edges.accounted(source, edits.topic(name));

    var records = records(source, name);
    bronze(records, name);

    var decoded =
        stage(
            records,
            Uids.DECODE + name,
            layout.workingType(),
            new DecodeOperator(
                layout,
                SilverChanges.of(pipeline, source),
                edges.schemas(source),
                edges.silverColumns(source),
                accounted));
    var valid =
        stage(
            decoded,
            Uids.VALIDATE + name,
            layout.workingType(),
            new ValidateOperator(layout, accounted));
    var derived =
        stage(
            valid,
            Uids.DERIVE + name,
            layout.workingType(),
            new DeriveOperator(layout, needed(silver), silver.write().partitionBy(), accounted));
    var timed =
        derived
            .transform(
                Uids.EVENT_TIME + name,
                InternalTypeInfo.of(layout.streamType()),
                new EventTimeFactory(
                    layout,
                    source.eventTime(),
                    accounted,
                    edges.backlog(source),
                    watermarkInterval))
            .uid(Uids.EVENT_TIME + name)
            .setBufferTimeout(JobSettings.LIVE_BUFFER_TIMEOUT.toMillis());
    var accepted = accept(timed, silver, layout, accounted);

    silver(accepted, silver, layout);
    rejects(
        source,
        accounted,
        rejectsOf(decoded).union(rejectsOf(valid), rejectsOf(derived), rejectsOf(timed)));
    return new Accepted(
        source,
        layout,
        accepted,
        countsOf(decoded)
            .union(countsOf(valid), countsOf(derived), countsOf(timed), countsOf(accepted)));
  }

  private DataStream<RowData> records(Pipeline.Source source, String name) {
    return env.fromSource(
            edges.records(source, edits.topic(name)),
            WatermarkStrategy.noWatermarks(),
            Uids.SOURCE + name)
        .uid(Uids.SOURCE + name);
  }

  /** The bytes as they came. */
  private void bronze(DataStream<RowData> records, String name) {
    var rows =
        records
            .flatMap(new BronzeRows())
            .returns(InternalTypeInfo.of(BronzeRows.ROW_TYPE))
            .name(Uids.BRONZE_ROWS + name)
            .uid(Uids.BRONZE_ROWS + name);
    append(
        rows,
        new TableSpec(
                Uids.BRONZE + name,
                "bronze/" + name,
                BronzeRows.ROW_TYPE,
                pipeline.bronze().partitionBy(),
                TableFence.RAW.of(edits.topic(name)))
            .withStrays(STRAYS));
  }

  private SingleOutputStreamOperator<RowData> accept(
      DataStream<RowData> timed,
      Pipeline.Silver silver,
      SilverLayout layout,
      AccountedOffsets accounted) {
    String name = layout.dataset().name();
    return silver
        .deduplicate()
        .map(
            deduplicate ->
                stage(
                    timed.keyBy(new OrderedKeySelector(layout.streamType(), deduplicate.by())),
                    Uids.DEDUPLICATE + name,
                    layout.streamType(),
                    new DeduplicateOperator(layout, deduplicate.retain(), accounted)))
        .orElseGet(
            () ->
                stage(
                    timed,
                    Uids.ACCEPT + name,
                    layout.streamType(),
                    new AcceptOperator(layout, accounted)));
  }

  private void silver(DataStream<RowData> accepted, Pipeline.Silver silver, SilverLayout layout) {
    String name = layout.dataset().name();
    TableSpec table =
        new TableSpec(
            Uids.SILVER + name,
            "silver/" + name,
            layout.silverType(),
            silver.write().partitionBy(),
            TableFence.SILVER.of(edits.topic(name)),
            new TableChanges(
                silver.write().schemaChanges(),
                Optional.of(new NewColumns(layout.streamType(), SilverLayout.NEW_COLUMNS))));
    silver
        .write()
        .upsert()
        .ifPresentOrElse(how -> edges.upsert(accepted, table, how), () -> append(accepted, table));
  }

  /** The columns by which rows are found and compared. */
  private static List<String> needed(Pipeline.Silver silver) {
    return silver
        .write()
        .upsert()
        .map(how -> Stream.concat(how.key().stream(), Stream.of(how.orderBy())).distinct().toList())
        .orElse(List.of());
  }

  /**
   * A view and its stores.
   *
   * @return what became of its events
   */
  private DataStream<RowData> view(Map<String, Accepted> datasets, View view) {
    Accepted accepted = datasets.get(view.from());
    ViewLayout viewLayout =
        new ViewLayout(
            view,
            accepted.layout(),
            edits.definition().start(view.name()),
            edits.begun().contains(view.name()));
    return view.map(
        windowed -> windowView(accepted, windowed, viewLayout),
        running -> runningView(accepted, running, viewLayout));
  }

  private DataStream<RowData> runningView(
      Accepted accepted, View.Running view, ViewLayout viewLayout) {
    var input =
        stage(
                accepted.rows(),
                Uids.VIEW_INPUT + view.name(),
                viewLayout.partialType(),
                new RunningInputOperator(
                    viewLayout, accepted.layout(), accepted.source().eventTime()))
            .setBufferTimeout(JobSettings.LIVE_BUFFER_TIMEOUT.toMillis());
    var results =
        stage(
                byKey(input, new RowKeySelector(viewLayout.partialType(), view.key())),
                Uids.VIEW + view.name(),
                viewLayout.resultType(),
                new RunningAggregateOperator(viewLayout, reseedFrom))
            .uid(Uids.view(view.name(), viewLayout.start()));
    var refused = serve(results, view, viewLayout);
    rejected(view, viewRejectsOf(input).union(viewRejectsOf(results)), refused);
    return countsOf(input).union(countsOf(results));
  }

  private DataStream<RowData> windowView(
      Accepted accepted, View.Windowed view, ViewLayout viewLayout) {
    var input =
        stage(
                accepted.rows(),
                Uids.VIEW_INPUT + view.name(),
                viewLayout.partialType(),
                new WindowInputOperator(
                    viewLayout, accepted.layout(), accepted.source().eventTime()))
            .setBufferTimeout(
                Math.min(env.getBufferTimeout(), JobSettings.WINDOW_BUFFER_TIMEOUT.toMillis()));
    var results =
        stage(
                input.keyBy(new RowKeySelector(viewLayout.partialType(), view.key())),
                Uids.VIEW + view.name(),
                viewLayout.resultType(),
                new WindowAggregateOperator(viewLayout, reseedFrom))
            .uid(Uids.view(view.name(), viewLayout.start()));
    var refused = serve(results, view, viewLayout);
    rejected(view, viewRejectsOf(input).union(viewRejectsOf(results)), refused);
    if (view.sinks().contains(SinkKind.DELTA)) {
      append(
          results.getSideOutput(WindowAggregateOperator.finalOutput(viewLayout)),
          new TableSpec(
              Uids.GOLD + view.name(),
              "gold/" + view.name(),
              viewLayout.resultType(),
              List.of(),
              TableFence.WINDOW.of(edits.topic(view.from())),
              new TableChanges(view.schemaChanges(), Optional.empty())));
    }
    append(
        input.getSideOutput(WindowInputOperator.lateOutput(viewLayout)),
        new TableSpec(
            Uids.LATE + view.name(),
            "late/" + view.name(),
            viewLayout.lateType(),
            List.of(),
            TableFence.SILVER.of(edits.topic(view.from())),
            new TableChanges(
                Pipeline.SchemaChanges.EVOLVE,
                Optional.of(new NewColumns(viewLayout.lateRowType(), SilverLayout.NEW_COLUMNS)))));
    return countsOf(input).union(countsOf(results));
  }

  /**
   * Stores that keep the newest version of each row.
   *
   * @return the rows that they refuse for their content
   */
  private List<DataStream<RowData>> serve(
      DataStream<RowData> results, View view, ViewLayout viewLayout) {
    List<DataStream<RowData>> refused = new ArrayList<>();
    if (view.sinks().contains(SinkKind.JDBC)) {
      refused.add(edges.jdbc(results, viewLayout, Uids.JDBC + view.name()));
    }
    if (view.sinks().contains(SinkKind.REDIS)) {
      refused.add(edges.redis(results, viewLayout, Uids.REDIS + view.name()));
    }
    return refused;
  }

  /** What a view or one of its sinks rejects. */
  private void rejected(View view, DataStream<RowData> byView, List<DataStream<RowData>> bySinks) {
    append(
        bySinks.stream().reduce(byView, DataStream::union),
        new TableSpec(
            Uids.REJECTED + view.name(),
            "rejected/" + view.name(),
            ViewRejects.ROW_TYPE,
            List.of(),
            TableFence.NONE));
  }

  private void rejects(
      Pipeline.Source source, AccountedOffsets accounted, DataStream<RowData> rejects) {
    String name = source.dataset().name();
    append(
        rejects,
        new TableSpec(
                Uids.QUARANTINE + name,
                "quarantine/" + name,
                Rejects.ROW_TYPE,
                List.of("ingestion_date"),
                TableFence.RAW.of(edits.topic(name)))
            .withStrays(STRAYS));
    rejects
        .flatMap(new DeadLetterRows(source.topic() + ".dlq", "quarantine/" + name, accounted))
        .returns(InternalTypeInfo.of(DeadLetterRows.ROW_TYPE))
        .name(Uids.DEAD_LETTERS + name)
        .uid(Uids.DEAD_LETTERS + name)
        .sinkTo(edges.deadLetters(source))
        .name(Uids.DEAD_LETTER_TOPIC + name)
        .uid(Uids.DEAD_LETTER_TOPIC + name);
  }

  private void ledger(String name, DataStream<RowData> counts) {
    Map<String, Integer> generations = new TreeMap<>();
    pipeline.gold().values().stream()
        .filter(view -> view.from().equals(name))
        .map(View::name)
        .forEach(view -> generations.put(view, edits.definition().start(view).generation()));
    var rows =
        counts
            .global()
            .transform(
                Uids.LEDGER_ROWS + name,
                InternalTypeInfo.of(LedgerOperator.ROW_TYPE),
                new LedgerOperator(
                    name,
                    edits.topic(name).id(),
                    new DefinitionGuard(edits.definition(), edits.from()),
                    generations))
            .uid(Uids.LEDGER_ROWS + name)
            .setParallelism(1)
            .setMaxParallelism(1);
    rows.sinkTo(
            edges.table(
                new TableSpec(
                    Uids.LEDGER + name,
                    "ledger/" + pipeline.name(),
                    LedgerOperator.ROW_TYPE,
                    List.of(),
                    TableFence.NONE)))
        .setParallelism(1)
        .name(Uids.LEDGER + name)
        .uid(Uids.LEDGER + name);
  }

  /** To a table, in a task of its own: closing and committing files never delays a record. */
  private void append(DataStream<RowData> rows, TableSpec table) {
    rows.rescale().sinkTo(edges.table(table)).name(table.sinkId()).uid(table.sinkId());
  }

  /**
   * The live path by key. A single task holds all keys, so that nothing has to change hands: the
   * next operator runs in the same thread.
   */
  private KeyedStream<RowData, RowData> byKey(DataStream<RowData> rows, RowKeySelector key) {
    return env.getParallelism() == 1
        ? DataStreamUtils.reinterpretAsKeyedStream(rows, key, key.getProducedType())
        : rows.keyBy(key);
  }

  private static SingleOutputStreamOperator<RowData> stage(
      DataStream<RowData> input,
      String uid,
      RowType type,
      OneInputStreamOperator<RowData, RowData> operator) {
    TypeInformation<RowData> typeInfo = InternalTypeInfo.of(type);
    return input.transform(uid, typeInfo, operator).uid(uid);
  }

  private static DataStream<RowData> rejectsOf(SingleOutputStreamOperator<RowData> stage) {
    return stage.getSideOutput(Rejects.OUTPUT);
  }

  private static DataStream<RowData> viewRejectsOf(SingleOutputStreamOperator<RowData> stage) {
    return stage.getSideOutput(ViewRejects.OUTPUT);
  }

  private static DataStream<RowData> countsOf(SingleOutputStreamOperator<RowData> stage) {
    return stage.getSideOutput(StageCounts.OUTPUT);
  }
}
