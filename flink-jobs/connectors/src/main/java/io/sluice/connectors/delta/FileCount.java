package io.sluice.connectors.delta;

/**
 * How many files a table has.
 *
 * @param active live ones
 * @param small those of them that are smaller than half a full file
 */
record FileCount(int active, int small) {}
