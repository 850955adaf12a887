/**
 * From the bytes of a Kafka record to the columns of a row: the Confluent header, schema
 * resolution, and an Avro reader that writes straight into {@code RowData}.
 */
package io.sluice.runtime.codec;
