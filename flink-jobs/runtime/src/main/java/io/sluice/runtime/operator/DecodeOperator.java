package io.sluice.runtime.operator;

import io.sluice.runtime.RawRecord;
import io.sluice.runtime.SilverLayout;
import io.sluice.runtime.codec.CodecException;
import io.sluice.runtime.codec.ConfluentHeader;
import io.sluice.runtime.codec.DecodeRule;
import io.sluice.runtime.codec.IncompatibleSchemaException;
import io.sluice.runtime.ledger.AccountedOffsets;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
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

  private final SilverLayout layout;
  private final SilverChanges changes;
  private final SchemaLookup schemas;
  private final SilverColumns silver;
  private final AccountedOffsets accounted;

  private transient Stage stage;
  private transient Map<Integer, RecordDecoder> decoders;
  private transient DecoderFactory factory;
  private transient Map<Integer, String> incompatible;
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
    stage = new Stage("decode", accounted, output, getMetricGroup());
    decoders = new HashMap<>();
    factory = new DecoderFactory(layout, changes, silver, getMetricGroup());
    incompatible = new HashMap<>();
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
      stage.reject(raw, schemaId, e.rule().id(), e.getMessage());
      return;
    }
    output.collect(out.replace(row));
  }

  private void decode(RowData raw, byte[] value, int schemaId) throws IOException, CodecException {
    RecordDecoder decoder = decoders.get(schemaId);
    if (decoder == null) {
      decoder = decoder(schemaId);
    }
    decoder.decode(value, row);
    row.setField(layout.topic(), raw.getString(RawRecord.TOPIC));
    row.setField(layout.partition(), raw.getInt(RawRecord.PARTITION));
    row.setField(layout.offset(), raw.getLong(RawRecord.OFFSET));
    row.setField(layout.schemaId(), schemaId);
    row.setField(
        layout.ingestionTime(),
        raw.getTimestamp(RawRecord.TIMESTAMP, RawRecord.TIMESTAMP_PRECISION));
    row.setField(layout.watermark(), Long.MIN_VALUE);
    row.setField(layout.raw(), raw);
  }

  /**
   * A schema never changes under its id, so what was learnt of it is kept; an id that is unknown
   * now may be registered later.
   */
  private RecordDecoder decoder(int schemaId) throws IOException, CodecException {
    String known = incompatible.get(schemaId);
    if (known != null) {
      throw new CodecException(DecodeRule.INCOMPATIBLE_SCHEMA, known);
    }
    Optional<String> json = schemas.schema(schemaId);
    if (json.isEmpty()) {
      throw new CodecException(
          DecodeRule.UNKNOWN_SCHEMA_ID,
          "The registry knows no schema with id %d. Register the writer's schema, then replay the record."
              .formatted(schemaId));
    }
    try {
      // A writer's defaults do not matter for reading; a bad one must not cost its records.
      Schema writer = new Schema.Parser().setValidateDefaults(false).parse(json.get());
      RecordDecoder decoder = factory.create(schemaId, writer);
      decoders.put(schemaId, decoder);
      return decoder;
    } catch (IncompatibleSchemaException | AvroRuntimeException e) {
      String problem =
          "Schema %d cannot be read as dataset %s: %s"
              .formatted(schemaId, layout.dataset().name(), e.getMessage());
      incompatible.put(schemaId, problem);
      throw new CodecException(DecodeRule.INCOMPATIBLE_SCHEMA, problem);
    }
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
}
