package io.sluice.delta.table;

import org.apache.flink.annotation.PublicEvolving;

/**
 * A column of a table.
 *
 * @param name the column's name
 * @param type the Delta type, as Delta writes it
 * @param nullable whether nulls may occur
 * @param partition whether the table is partitioned by it
 */
@PublicEvolving
public record TableColumn(String name, String type, boolean nullable, boolean partition) {}
