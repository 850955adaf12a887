package io.sluice.connectors.delta;

/**
 * A table found under a lake's root.
 *
 * @param layer the first directory: bronze, silver, gold, quarantine, late, ledger
 * @param name the dataset, view or pipeline
 * @param path the table's absolute path
 */
public record LakeTable(String layer, String name, String path) {}
