package io.sluice.cli.platform;

import io.sluice.connectors.kafka.transactions.OpenTransaction;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What the commands ask of Kafka besides sending messages. */
public interface Broker extends Closeable {

  /**
   * Creates a topic for records of producers unless it exists; returns whether it was created. A
   * new one holds no compressed batches.
   */
  boolean createTopic(String name, int partitions) throws IOException, InterruptedException;

  /**
   * Creates the topic for rejects of a source unless it exists. It allows what the source allows.
   *
   * @return whether it was created
   */
  boolean createDeadLetterTopic(String name, int partitions, String source)
      throws IOException, InterruptedException;

  /** Records of a topic that a consumer group has not committed yet, over all partitions. */
  long lag(String group, String topic) throws IOException, InterruptedException;

  /** Whether there is a topic of this name. */
  boolean hasTopic(String name) throws IOException, InterruptedException;

  /** The id that tells a topic from a later one of its name; empty when there is no such topic. */
  Optional<String> topicId(String name) throws IOException, InterruptedException;

  /** How many partitions a topic has; 0 when there is no such topic. */
  int partitions(String topic) throws IOException, InterruptedException;

  /** Removes a topic with all its records. */
  void removeTopic(String name) throws IOException, InterruptedException;

  /** Whether a consumer group of this name has committed offsets. */
  boolean hasGroup(String name) throws IOException, InterruptedException;

  /** Removes a consumer group. */
  void removeGroup(String name) throws IOException, InterruptedException;

  /** The longest transaction that is allowed, in milliseconds. */
  long maxTransactionTimeoutMs() throws IOException, InterruptedException;

  /** The largest message that a topic takes, in bytes ({@code max.message.bytes}). */
  int maxMessageBytes(String topic) throws IOException, InterruptedException;

  /**
   * The largest batch, in bytes as it is sent, that readers of a topic have to unpack; empty when
   * the broker unpacks all.
   */
  OptionalLong packedBytes(String topic) throws IOException, InterruptedException;

  /** The transactions that are open, the oldest first. */
  List<OpenTransaction> openTransactions() throws IOException, InterruptedException;

  /** The transaction that is open under an id. */
  Optional<OpenTransaction> openTransaction(String id) throws IOException, InterruptedException;

  /**
   * What became of the last transaction of an id, in Kafka's words; empty for an id that Kafka does
   * not know.
   */
  Optional<String> transactionState(String id) throws IOException, InterruptedException;

  /** Aborts the transaction that is open under a known id; its producer cannot go on. */
  void abortTransaction(String id) throws IOException, InterruptedException;

  @Override
  void close();
}
