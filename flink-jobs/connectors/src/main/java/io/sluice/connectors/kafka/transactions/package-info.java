/** Transactions that are open in Kafka, and how to end one whose producer does not. */
package io.sluice.connectors.kafka.transactions;
