package io.sluice.delta.table;

import org.apache.flink.annotation.PublicEvolving;

/**
 * A table found under a lake's root.
 *
 * @param layer the first directory: bronze, silver, gold, quarantine, late, ledger
 * @param name the dataset, view or pipeline
 * @param path the table's absolute path
 */
@PublicEvolving
public record LakeTable(String layer, String name, String path) {}
