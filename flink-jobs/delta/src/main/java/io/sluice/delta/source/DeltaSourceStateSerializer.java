package io.sluice.delta.source;

import io.sluice.delta.log.FileEncoding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** The enumerator's state in a checkpoint. */
final class DeltaSourceStateSerializer implements SimpleVersionedSerializer<DeltaSourceState> {

  static final int VERSION = 2;

  /** Told of no open read. */
  private static final int FIRST_VERSION = 1;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(DeltaSourceState state) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(1024);
    FileEncoding.writeText(out, state.tableId());
    out.writeBoolean(state.next().isPresent());
    out.writeLong(state.next().orElse(0));
    out.writeInt(state.pending().size());
    for (DeltaSplit split : state.pending()) {
      SplitEncoding.write(out, split);
    }
    FileEncoding.writeText(out, state.read().id());
    out.writeLong(state.read().version());
    return out.getCopyOfBuffer();
  }

  @Override
  public DeltaSourceState deserialize(int version, byte[] bytes) throws IOException {
    if (version < FIRST_VERSION || version > VERSION) {
      throw new IOException(
          "The state of the source has version "
              + version
              + "; this release reads versions up to "
              + VERSION
              + ". Restore it with the release that wrote it");
    }
    DataInputDeserializer in = new DataInputDeserializer(bytes);
    String tableId = FileEncoding.readText(in);
    boolean resolved = in.readBoolean();
    long next = in.readLong();
    int count = in.readInt();
    List<DeltaSplit> pending = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      pending.add(SplitEncoding.read(in));
    }
    OpenReadMark read =
        version == FIRST_VERSION
            ? OpenReadMark.NONE
            : new OpenReadMark(FileEncoding.readText(in), in.readLong());
    return new DeltaSourceState(
        tableId, resolved ? OptionalLong.of(next) : OptionalLong.empty(), pending, read);
  }
}
