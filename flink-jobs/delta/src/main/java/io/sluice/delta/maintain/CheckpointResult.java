package io.sluice.delta.maintain;

import org.apache.flink.annotation.PublicEvolving;

/**
 * The log checkpoint of a table's latest version.
 *
 * @param version the latest version
 * @param missing whether it had no checkpoint; it has one now unless this was a dry run
 */
@PublicEvolving
public record CheckpointResult(long version, boolean missing) {}
