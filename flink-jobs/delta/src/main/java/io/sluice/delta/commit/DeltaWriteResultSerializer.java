package io.sluice.delta.commit;

import io.sluice.delta.log.FileEncoding;
import io.sluice.delta.schema.NewColumns;
import java.io.IOException;
import org.apache.flink.annotation.Internal;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** Carries write results from the writers to the aggregator. */
@Internal
public final class DeltaWriteResultSerializer
    implements SimpleVersionedSerializer<DeltaWriteResult> {

  /** The form before there were new columns. */
  private static final int FIXED_COLUMNS = 2;

  /** The form before an upsert's index could forget. */
  private static final int NOTHING_FORGOTTEN = 3;

  private static final int VERSION = 4;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(DeltaWriteResult result) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(1024);
    FileEncoding.writeFiles(out, result.files());
    CommittableEncoding.writePositions(out, result.positions());
    RetractionsEncoding.write(out, result.retractions());
    out.writeLong(result.learned());
    FileEncoding.writeText(out, result.newColumns().encode());
    return out.getCopyOfBuffer();
  }

  @Override
  public DeltaWriteResult deserialize(int version, byte[] bytes) throws IOException {
    if (version < FIXED_COLUMNS || version > VERSION) {
      throw new IOException(
          "A Delta write result has format version "
              + version
              + ", this build reads "
              + FIXED_COLUMNS
              + " to "
              + VERSION);
    }
    DataInputDeserializer in = new DataInputDeserializer(bytes);
    return new DeltaWriteResult(
        FileEncoding.readFiles(in),
        CommittableEncoding.readPositions(in),
        RetractionsEncoding.read(in, version > NOTHING_FORGOTTEN),
        in.readLong(),
        version == FIXED_COLUMNS ? NewColumns.NONE : NewColumns.decode(FileEncoding.readText(in)));
  }
}
