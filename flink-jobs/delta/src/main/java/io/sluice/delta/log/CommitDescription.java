package io.sluice.delta.log;

import java.util.Map;
import java.util.Optional;
import org.apache.flink.annotation.Internal;

/**
 * What a version says about itself in its {@code commitInfo} action.
 *
 * @param operation as Spark names it, such as OPTIMIZE; empty for the name that Kernel gives
 * @param parameters what the operation was asked to do
 * @param metrics what the operation did; empty for those that Kernel counts
 * @param blindAppend whether the version depends on no row of the versions before it
 */
@Internal
public record CommitDescription(
    Optional<String> operation,
    Map<String, String> parameters,
    Optional<Map<String, String>> metrics,
    boolean blindAppend) {

  /** Of a table without rows. */
  static final CommitDescription NONE = ofSink(Map.of(), false);

  public CommitDescription {
    parameters = Map.copyOf(parameters);
    metrics = metrics.map(Map::copyOf);
  }

  /** Of what a sink writes. */
  public static CommitDescription ofSink(Map<String, String> parameters, boolean blindAppend) {
    return new CommitDescription(Optional.empty(), parameters, Optional.empty(), blindAppend);
  }

  /** Of maintenance, whose operations Kernel does not know. */
  public static CommitDescription ofMaintenance(
      String operation, Map<String, String> parameters, Map<String, String> metrics) {
    return new CommitDescription(Optional.of(operation), parameters, Optional.of(metrics), false);
  }
}
