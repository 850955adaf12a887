package io.sluice.delta.table;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.PublicEvolving;

/**
 * A table at its latest version.
 *
 * @param path the table's absolute path
 * @param version the latest version
 * @param lastCommit when it appeared
 * @param files live data files
 * @param bytes their size
 * @param rows their rows as the statistics say, -1 if a file has none
 * @param partitionColumns outermost first
 * @param minReaderVersion of the protocol
 * @param minWriterVersion of the protocol
 * @param features table features of the protocol
 * @param properties the table's properties
 */
@PublicEvolving
public record TableDetail(
    String path,
    long version,
    Instant lastCommit,
    long files,
    long bytes,
    long rows,
    List<String> partitionColumns,
    int minReaderVersion,
    int minWriterVersion,
    List<String> features,
    Map<String, String> properties) {}
