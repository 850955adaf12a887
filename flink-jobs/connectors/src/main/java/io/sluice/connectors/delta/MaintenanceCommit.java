package io.sluice.connectors.delta;

import io.delta.kernel.data.Row;
import java.util.List;

/**
 * One version that maintenance wants to publish.
 *
 * @param description values of its parameters are JSON, as Spark writes them
 * @param actions wrapped as single actions
 */
record MaintenanceCommit(CommitDescription description, List<Row> actions) {}
