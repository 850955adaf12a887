package io.sluice.connectors.delta;

/**
 * The log checkpoint of a table's latest version.
 *
 * @param version the latest version
 * @param missing whether it had no checkpoint; it has one now unless this was a dry run
 */
public record CheckpointResult(long version, boolean missing) {}
