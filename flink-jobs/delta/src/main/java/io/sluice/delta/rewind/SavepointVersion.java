package io.sluice.delta.rewind;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.flink.annotation.PublicEvolving;

/**
 * The version of a table that belongs to a savepoint: it holds what the job had committed when the
 * savepoint was complete, and nothing that came later.
 *
 * @param latest the table's newest version
 * @param version the version that belongs to the savepoint; empty if the table holds its rows and
 *     no others
 * @param newer whether sinks have committed to the table since, or it was taken back since: a job
 *     that begins from the savepoint does not find the table as it left it
 * @param others versions of other writers that have changed rows since, such as {@code 12 (DELETE
 *     by Apache-Spark)}; they are taken back, too
 * @param positions fence group to its highest order value, as of the savepoint
 */
@PublicEvolving
public record SavepointVersion(
    long latest,
    OptionalLong version,
    boolean newer,
    List<String> others,
    Map<String, Long> positions) {

  public SavepointVersion {
    others = List.copyOf(others);
    positions = Map.copyOf(positions);
  }
}
