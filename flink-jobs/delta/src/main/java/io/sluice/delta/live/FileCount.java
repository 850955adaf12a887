package io.sluice.delta.live;

import org.apache.flink.annotation.Internal;

/**
 * How many files a table has.
 *
 * @param active live ones
 * @param small those of them that are smaller than half a full file
 */
@Internal
public record FileCount(int active, int small) {}
