package io.sluice.delta.source;

import io.sluice.delta.log.FileEncoding;
import io.sluice.delta.parquet.FileRange;
import java.io.IOException;
import java.util.Map;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** The binary form of a split. Changes need a new version of the serializers that use it. */
final class SplitEncoding {

  private SplitEncoding() {}

  static void write(DataOutputSerializer out, DeltaSplit split) throws IOException {
    FileEncoding.writeText(out, split.splitId());
    FileEncoding.writeText(out, split.range().path());
    FileEncoding.writePartition(out, split.range().partitionValues());
    FileEncoding.writeDeletions(out, split.range().deletions());
    out.writeLong(split.range().start());
    out.writeLong(split.range().end());
    out.writeLong(split.emitted());
  }

  static DeltaSplit read(DataInputDeserializer in) throws IOException {
    String splitId = FileEncoding.readText(in);
    String path = FileEncoding.readText(in);
    Map<String, String> partition = FileEncoding.readPartition(in);
    FileRange range =
        new FileRange(
            path, partition, FileEncoding.readDeletions(in), in.readLong(), in.readLong());
    return new DeltaSplit(splitId, range, in.readLong());
  }
}
