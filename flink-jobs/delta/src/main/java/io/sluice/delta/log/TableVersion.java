package io.sluice.delta.log;

import java.time.Instant;
import java.util.Map;
import org.apache.flink.annotation.PublicEvolving;

/**
 * One version in a table's history.
 *
 * @param version the version's number
 * @param time when its log entry appeared, by the file system's clock
 * @param operation what the writer called it, empty if it did not say
 * @param engine who wrote it, empty if it did not say
 * @param parameters the operation's parameters; for Sluice sink id, incarnation and checkpoint id
 * @param filesAdded number of files added
 * @param filesRemoved number of files removed
 * @param rowsAdded rows of the added files, as their statistics say
 * @param bytesAdded bytes of the added files
 */
@PublicEvolving
public record TableVersion(
    long version,
    Instant time,
    String operation,
    String engine,
    Map<String, String> parameters,
    int filesAdded,
    int filesRemoved,
    long rowsAdded,
    long bytesAdded) {}
