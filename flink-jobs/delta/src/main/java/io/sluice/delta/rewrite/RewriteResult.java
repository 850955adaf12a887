package io.sluice.delta.rewrite;

import java.util.OptionalLong;
import org.apache.flink.annotation.PublicEvolving;

/**
 * What rewriting a table did, or would do. No row changes.
 *
 * @param version the version that it became; empty if there was nothing to do or nothing was to be
 *     done (dry run)
 * @param filesRemoved files that are no longer live; they stay on disk until vacuum
 * @param bytesRemoved their size
 * @param filesAdded files that took their place; in a dry run, how many are expected
 * @param bytesAdded their size; in a dry run, what their rows take now
 * @param rows rows written again; in a dry run 0
 * @param filesDropped files left as they are, because another writer changed or removed them, or
 *     files of the same rewrite, meanwhile
 */
@PublicEvolving
public record RewriteResult(
    OptionalLong version,
    long filesRemoved,
    long bytesRemoved,
    long filesAdded,
    long bytesAdded,
    long rows,
    long filesDropped) {}
