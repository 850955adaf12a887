package io.sluice.delta.log;

import io.delta.kernel.data.Row;
import java.util.List;
import org.apache.flink.annotation.Internal;

/**
 * One version that maintenance wants to publish.
 *
 * @param description values of its parameters are JSON, as Spark writes them
 * @param actions wrapped as single actions
 */
@Internal
public record MaintenanceCommit(CommitDescription description, List<Row> actions) {}
