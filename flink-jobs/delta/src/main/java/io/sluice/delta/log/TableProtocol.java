package io.sluice.delta.log;

import io.delta.kernel.Snapshot;
import io.delta.kernel.internal.actions.Protocol;
import java.util.List;
import java.util.TreeSet;
import org.apache.flink.annotation.Internal;

/**
 * What a table asks of those who read and write it.
 *
 * @param reader least version of the readers' protocol
 * @param writer least version of the writers' protocol
 * @param features of readers and writers, sorted
 */
@Internal
public record TableProtocol(int reader, int writer, List<String> features) {

  public static TableProtocol of(Snapshot snapshot) {
    Protocol protocol = snapshot.getProtocol();
    TreeSet<String> features = new TreeSet<>(protocol.getReaderFeatures());
    features.addAll(protocol.getWriterFeatures());
    return new TableProtocol(
        protocol.getMinReaderVersion(), protocol.getMinWriterVersion(), List.copyOf(features));
  }
}
