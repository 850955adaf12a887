package io.sluice.connectors.delta;

import io.delta.kernel.data.Row;
import java.util.List;
import java.util.Map;

/**
 * One version that maintenance wants to publish.
 *
 * @param operation as Spark names it, such as OPTIMIZE
 * @param parameters what it was asked to do; values are JSON, as Spark writes them
 * @param metrics what it did
 * @param actions wrapped as single actions
 */
record MaintenanceCommit(
    String operation,
    Map<String, String> parameters,
    Map<String, String> metrics,
    List<Row> actions) {}
