package io.sluice.delta.commit;

import io.sluice.delta.live.Lineage;
import io.sluice.delta.log.FileEncoding;
import io.sluice.delta.schema.NewColumns;
import java.io.IOException;
import org.apache.flink.annotation.Internal;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * The form of committables in checkpoints. Old versions stay readable: a savepoint outlives a
 * release.
 */
@Internal
public final class DeltaCommittableSerializer
    implements SimpleVersionedSerializer<DeltaCommittable> {

  /** The form before there were upserts. */
  private static final int APPENDS_ONLY = 1;

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
  public byte[] serialize(DeltaCommittable committable) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(1024);
    FileEncoding.writeText(out, committable.sinkId());
    FileEncoding.writeText(out, committable.tablePath());
    FileEncoding.writeText(out, committable.incarnation());
    out.writeLong(committable.checkpointId());
    out.writeLong(committable.previousCheckpointId());
    FileEncoding.writeFiles(out, committable.files());
    CommittableEncoding.writePositions(out, committable.positions());
    RetractionsEncoding.write(out, committable.retractions());
    CommittableEncoding.writeLineage(out, committable.lineage());
    FileEncoding.writeText(out, committable.newColumns().encode());
    return out.getCopyOfBuffer();
  }

  @Override
  public DeltaCommittable deserialize(int version, byte[] bytes) throws IOException {
    if (version < APPENDS_ONLY || version > VERSION) {
      throw new IOException(
          "A Delta committable has format version "
              + version
              + ", this build reads up to "
              + VERSION
              + ": restore with the build that wrote the savepoint");
    }
    DataInputDeserializer in = new DataInputDeserializer(bytes);
    return new DeltaCommittable(
        FileEncoding.readText(in),
        FileEncoding.readText(in),
        FileEncoding.readText(in),
        in.readLong(),
        in.readLong(),
        FileEncoding.readFiles(in),
        CommittableEncoding.readPositions(in),
        version == APPENDS_ONLY
            ? Retractions.NONE
            : RetractionsEncoding.read(in, version > NOTHING_FORGOTTEN),
        version == APPENDS_ONLY ? Lineage.OF_AN_APPEND : CommittableEncoding.readLineage(in),
        version <= FIXED_COLUMNS ? NewColumns.NONE : NewColumns.decode(FileEncoding.readText(in)));
  }
}
