package io.sluice.runtime.stage;

import io.sluice.runtime.codec.CodecException;
import io.sluice.runtime.codec.ConfluentHeader;
import io.sluice.runtime.codec.DecodeRule;
import io.sluice.runtime.codec.IncompatibleSchemaException;
import io.sluice.runtime.decode.DecoderFactory;
import io.sluice.runtime.decode.RecordDecoder;
import io.sluice.runtime.decode.SchemaLookup;
import io.sluice.runtime.decode.WriterSchemas;
import io.sluice.runtime.ledger.AccountedOffsets;
import io.sluice.runtime.row.RawRecord;
import io.sluice.runtime.silver.SilverChanges;
import io.sluice.runtime.silver.SilverColumns;
import io.sluice.runtime.silver.SilverLayout;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.avro.AvroRuntimeException;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;

/**
 * Decodes Confluent Avro by the writer's schema into the columns of the dataset. Whatever cannot be
 * decoded becomes a reject with its original bytes; it never fails the job. Fields that the writer
 * has beyond the contract travel on in a field of their own, are left out, or stop the job, as the
 * pipeline says. Raw records in, working rows out (see {@link SilverLayout}).
 */
public final class DecodeOperator extends AbstractStreamOperator<RowData>
    implements OneInputStreamOperator<RowData, RowData> {
  private static final long serialVersionUID = 1L;

  /** How long a schema is held to be unreadable before it is looked at again. */
  private static final long RECHECK_MILLIS = 60_000;

  /** Why a schema cannot be read, and when that was found. */
  private record Verdict(String problem, long at) {}

  private final SilverLayout layout;
  private final SilverChanges changes;
  private final SchemaLookup schemas;
  private final SilverColumns silver;
  private final AccountedOffsets accounted;

  private transient Stage stage;
  private transient SchemaCache<RecordDecoder> decoders;
  private transient DecoderFactory factory;
  private transient SchemaCache<Verdict> incompatible;
  private transient ExecutorService questions;
  private transient Strangers strangers;
  private transient int lastId;
  private transient RecordDecoder last;
  private transient GenericRowData row;
  private transient StreamRecord<RowData> out;
  private transient Map<Integer, String> partitionNames;

  /**
   * An operator.
   *
   * @param changes what becomes of fields that the contract lacks, or has narrower
   * @param silver asked for the types of those that become columns
   */
  public DecodeOperator(
      SilverLayout layout,
      SilverChanges changes,
      SchemaLookup schemas,
      SilverColumns silver,
      AccountedOffsets accounted) {
    this.layout = layout;
    this.changes = changes;
    this.schemas = schemas;
    this.silver = silver;
    this.accounted = accounted;
  }

  @Override
  public void open() throws Exception {
    super.open();
    stage = new Stage("decode", layout.dataset().name(), accounted, output, getMetricGroup());
    decoders = new SchemaCache<>();
    questions =
        Executors.newSingleThreadExecutor(
            question -> {
              Thread thread = new Thread(question, "subjects of " + layout.dataset().name());
              thread.setDaemon(true);
              return thread;
            });
    strangers = new Strangers(schemas, questions);
    last = null;
    factory = new DecoderFactory(layout, changes, silver, getMetricGroup());
    incompatible = new SchemaCache<>();
    partitionNames = new HashMap<>();
    row = new GenericRowData(layout.workingType().getFieldCount());
    out = new StreamRecord<>(row);
  }

  @Override
  public void processElement(StreamRecord<RowData> element) throws Exception {
    RowData raw = element.getValue();
    if (RawRecord.isAnnouncement(raw)) {
      announce(raw);
      return;
    }
    if (stage.isNew(raw)) {
      stage.counts().consumed(partitionName(raw), raw.getLong(RawRecord.OFFSET));
    }
    byte[] value = raw.isNullAt(RawRecord.VALUE) ? null : raw.getBinary(RawRecord.VALUE);
    Integer schemaId = null;
    try {
      schemaId = ConfluentHeader.schemaId(value);
      decode(raw, value, schemaId);
    } catch (CodecException e) {
      stage.reject(raw, schemaId, e.ruleId(), e.getMessage());
      return;
    }
    output.collect(out.replace(row));
  }

  private void decode(RowData raw, byte[] value, int schemaId) throws IOException, CodecException {
    RecordDecoder decoder = last != null && lastId == schemaId ? last : decoder(schemaId);
    decoder.decode(value, row);
    row.setField(layout.topic(), raw.getString(RawRecord.TOPIC));
    row.setField(layout.partition(), raw.getInt(RawRecord.PARTITION));
    row.setField(layout.offset(), raw.getLong(RawRecord.OFFSET));
    row.setField(layout.schemaId(), schemaId);
    row.setField(layout.ingestionTime(), RawRecord.arrival(raw));
    row.setField(layout.watermark(), Long.MIN_VALUE);
    row.setField(layout.raw(), raw);
  }

  private RecordDecoder decoder(int schemaId) throws IOException, CodecException {
    long now = getProcessingTimeService().getCurrentProcessingTime();
    if (strangers.hasBecomeOwn(schemaId, now)) {
      decoders.remove(schemaId);
    }
    RecordDecoder known = decoders.get(schemaId);
    RecordDecoder decoder = known == null ? create(schemaId, now) : known;
    last = strangers.contains(schemaId) ? null : decoder;
    lastId = schemaId;
    return decoder;
  }

  /**
   * A schema never changes under its id, so a decoder that was made is kept. That there is none
   * depends on more: on what else the registry has by now, and on the types of the silver table. So
   * such a verdict is looked at again after a while.
   */
  private RecordDecoder create(int schemaId, long now) throws IOException, CodecException {
    Verdict verdict = incompatible.get(schemaId);
    if (verdict != null && now - verdict.at() < RECHECK_MILLIS) {
      throw new CodecException(DecodeRule.INCOMPATIBLE_SCHEMA, verdict.problem());
    }
    List<String> texts = texts(schemaId);
    boolean own = schemas.mayAddColumns(schemaId);
    try {
      RecordDecoder decoder = factory.create(schemaId, WriterSchemas.parse(texts), own);
      decoders.put(schemaId, decoder, texts.stream().mapToLong(String::length).sum());
      incompatible.remove(schemaId);
      if (!own) {
        strangers.add(schemaId, now);
      }
      return decoder;
    } catch (IncompatibleSchemaException | AvroRuntimeException e) {
      throw incompatible(schemaId, e.getMessage(), now);
    } catch (StackOverflowError e) {
      // Levels are bounded, but how much stack there is depends on the process.
      throw incompatible(schemaId, "it nests too deeply", now);
    }
  }

  private CodecException incompatible(int schemaId, String reason, long now) {
    String problem = unreadable(schemaId, reason);
    incompatible.put(schemaId, new Verdict(problem, now), problem.length());
    return new CodecException(DecodeRule.INCOMPATIBLE_SCHEMA, problem);
  }

  private List<String> texts(int schemaId) throws IOException, CodecException {
    try {
      return schemas
          .schema(schemaId)
          .orElseThrow(
              () ->
                  new CodecException(
                      DecodeRule.UNKNOWN_SCHEMA_ID,
                      "The registry knows no schema with id %d. Register the writer's schema, then replay the record."
                          .formatted(schemaId)));
    } catch (IncompatibleSchemaException e) {
      throw new CodecException(
          DecodeRule.INCOMPATIBLE_SCHEMA, unreadable(schemaId, e.getMessage()));
    }
  }

  private String unreadable(int schemaId, String reason) {
    return "Schema %d cannot be read as dataset %s: %s"
        .formatted(schemaId, layout.dataset().name(), reason);
  }

  private void announce(RowData raw) {
    GenericRowData announcement = new GenericRowData(layout.workingType().getFieldCount());
    announcement.setField(layout.raw(), raw);
    output.collect(new StreamRecord<>(announcement));
  }

  private String partitionName(RowData raw) {
    int partition = raw.getInt(RawRecord.PARTITION);
    String name = partitionNames.get(partition);
    if (name == null) {
      name = raw.getString(RawRecord.TOPIC) + "/" + partition;
      partitionNames.put(partition, name);
    }
    return name;
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    stage.report();
  }

  @Override
  public void finish() {
    stage.report();
  }

  @Override
  public void close() throws Exception {
    if (questions != null) {
      questions.shutdownNow();
    }
    super.close();
  }
}
