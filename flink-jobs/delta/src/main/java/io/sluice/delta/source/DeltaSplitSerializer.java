package io.sluice.delta.source;

import java.io.IOException;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** Splits on the wire and in the readers' state. */
final class DeltaSplitSerializer implements SimpleVersionedSerializer<DeltaSplit> {

  static final int VERSION = 1;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(DeltaSplit split) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(256);
    SplitEncoding.write(out, split);
    return out.getCopyOfBuffer();
  }

  @Override
  public DeltaSplit deserialize(int version, byte[] bytes) throws IOException {
    if (version != VERSION) {
      throw new IOException(
          "The state holds a split of version "
              + version
              + "; this release reads version "
              + VERSION
              + ". Restore it with the release that wrote it");
    }
    return SplitEncoding.read(new DataInputDeserializer(bytes));
  }
}
