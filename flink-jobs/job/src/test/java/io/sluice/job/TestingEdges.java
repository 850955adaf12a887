package io.sluice.job;

import io.sluice.definition.edit.TopicLife;
import io.sluice.definition.model.Pipeline;
import io.sluice.runtime.aggregate.ViewLayout;
import io.sluice.runtime.decode.SchemaLookup;
import io.sluice.runtime.ledger.AccountedOffsets;
import io.sluice.runtime.reject.ViewRejects;
import io.sluice.runtime.row.RawRecord;
import io.sluice.runtime.silver.SilverColumns;
import io.sluice.runtime.stage.Backlog;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource.NumberSequenceSplit;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.util.Collector;

/** Records from a function, real Delta tables, and serving stores that keep texts in memory. */
final class TestingEdges implements Edges {
  static final List<String> SERVED = new CopyOnWriteArrayList<>();

  /** The shop that serving stores refuse. */
  static final String REFUSED = "refused";

  private static final String FIELDS = "\"fields\":[";
  private static final String VENUE =
      "{\"name\":\"venue\",\"type\":[\"null\",\"string\"],\"default\":null},";

  private static final String CODE =
      "{\"name\":\"code\",\"type\":[\"null\",\"%s\"],\"default\":null},";

  private static final String UNTIL =
      "{\"name\":\"until\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}],\"default\":null},";

  /**
   * A field of a type that stands elsewhere, with a wrong default, and one with a forbidden name.
   */
  private static final String STRANGE =
      "{\"name\":\"customer\",\"type\":[\"null\",\"cases.Customer\"],\"default\":\"x\"},"
          + "{\"name\":\"old-name\",\"type\":\"int\",\"default\":\"none\"},";

  private static final String CUSTOMER =
      "{\"type\":\"record\",\"name\":\"cases.Customer\",\"fields\":[{\"name\":\"name\",\"type\":\"string\"}]}";

  private final DeltaEdges delta;
  private final GeneratorFunction<Long, RowData> records;
  private final long count;
  private final RateLimiterStrategy<NumberSequenceSplit> pace;

  TestingEdges(
      Pipeline pipeline, String lake, GeneratorFunction<Long, RowData> records, long count) {
    this(pipeline, lake, records, count, RateLimiterStrategy.noOp());
  }

  /**
   * Edges whose source may pause.
   *
   * @param pace of the records since the start of the job
   */
  TestingEdges(
      Pipeline pipeline,
      String lake,
      GeneratorFunction<Long, RowData> records,
      long count,
      RateLimiterStrategy<NumberSequenceSplit> pace) {
    delta = new DeltaEdges(pipeline, lake);
    this.records = records;
    this.count = count;
    this.pace = pace;
  }

  @Override
  public Source<RowData, ?, ?> records(Pipeline.Source source, TopicLife topic) {
    return new DataGeneratorSource<>(records, count, pace, InternalTypeInfo.of(RawRecord.ROW_TYPE));
  }

  @Override
  public Backlog backlog(Pipeline.Source source) {
    return Backlog.none();
  }

  /** A later version of a schema, with the nullable field {@code venue} in front. */
  static Schema evolved(Schema schema) {
    String json = first(schema).toString();
    return new Schema.Parser().parse(json.replace(FIELDS, FIELDS + VENUE));
  }

  /** A later version of a schema, with the nullable field {@code code} in front. */
  static Schema coded(Schema schema, String type) {
    String json = first(schema).toString();
    return new Schema.Parser().parse(json.replace(FIELDS, FIELDS + CODE.formatted(type)));
  }

  /** A later version of a schema, with the nullable timestamp {@code until} in front. */
  static Schema limited(Schema schema) {
    String json = first(schema).toString();
    return new Schema.Parser().parse(json.replace(FIELDS, FIELDS + UNTIL));
  }

  /** What another producer registered: a schema and, in front of it, what it refers to. */
  static List<String> strange(Schema schema) {
    String json = first(schema).toString();
    return List.of(CUSTOMER, json.replace(FIELDS, FIELDS + UNTIL + STRANGE));
  }

  private static Schema first(Schema schema) {
    String json = schema.toString().replace(VENUE, "").replace(UNTIL, "");
    for (String type : List.of("int", "long")) {
      json = json.replace(CODE.formatted(type), "");
    }
    return new Schema.Parser().parse(json);
  }

  @Override
  public SchemaLookup schemas(Pipeline.Source source) {
    String schema = first(source.dataset().schema()).toString();
    String evolved = evolved(source.dataset().schema()).toString();
    String number = coded(source.dataset().schema(), "int").toString();
    String promoted = coded(source.dataset().schema(), "long").toString();
    String text = coded(source.dataset().schema(), "string").toString();
    List<String> strange = strange(source.dataset().schema());
    return id ->
        switch (id) {
          case 1 -> Optional.of(List.of(schema));
          case 2 -> Optional.of(List.of(evolved));
          case 5 -> Optional.of(List.of(number));
          case 6 -> Optional.of(List.of(promoted));
          case 7 -> Optional.of(List.of(text));
          case 8 -> Optional.of(strange);
          default -> Optional.empty();
        };
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
    return new ServedSink(row -> "dlq " + row.getString(0));
  }

  @Override
  public DataStream<RowData> jdbc(DataStream<RowData> results, ViewLayout view, String uid) {
    return serve("jdbc", results, view, uid);
  }

  @Override
  public DataStream<RowData> redis(DataStream<RowData> results, ViewLayout view, String uid) {
    return serve("redis", results, view, uid);
  }

  /** Refuses the results of one shop, {@link #REFUSED}. */
  private static DataStream<RowData> serve(
      String store, DataStream<RowData> results, ViewLayout view, String uid) {
    ViewRejects rejects = view.resultRejects();
    Text text = text(store, view);
    return results
        .flatMap(
            (RowData row, Collector<RowData> out) -> {
              String served = text.apply(row);
              if (served.contains("shop=" + REFUSED + " ")) {
                out.collect(rejects.sink(store, row, "testing:shop", "a shop that is refused"));
              } else {
                SERVED.add(served);
              }
            })
        .returns(ViewRejects.TYPE)
        .name(uid)
        .uid(uid);
  }

  /** {@code redis by_shop shop=north total=1.25 _version=1}: times in epoch milliseconds. */
  private static Text text(String store, ViewLayout view) {
    String name = view.name();
    RowType type = view.resultType();
    return row -> {
      StringBuilder text = new StringBuilder(store + " " + name);
      for (int i = 0; i < type.getFieldCount(); i++) {
        Object value = RowData.createFieldGetter(type.getTypeAt(i), i).getFieldOrNull(row);
        text.append(' ').append(type.getFieldNames().get(i)).append('=');
        text.append(value instanceof TimestampData time ? time.getMillisecond() : value);
      }
      return text.toString();
    };
  }

  /** Describes a row; serialisable. */
  interface Text extends Function<RowData, String>, java.io.Serializable {}

  private record ServedSink(Text text) implements Sink<RowData> {
    @Override
    public SinkWriter<RowData> createWriter(WriterInitContext context) {
      return new SinkWriter<>() {
        @Override
        public void write(RowData row, Context writeContext) {
          SERVED.add(text.apply(row));
        }

        @Override
        public void flush(boolean endOfInput) {
          // Nothing is buffered.
        }

        @Override
        public void close() {
          // Nothing is open.
        }
      };
    }
  }
}
