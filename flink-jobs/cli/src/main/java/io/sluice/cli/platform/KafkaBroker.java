package io.sluice.cli.platform;

import io.sluice.connectors.kafka.KafkaAdmin;
import io.sluice.connectors.kafka.transactions.KafkaTransactions;
import io.sluice.connectors.kafka.transactions.OpenTransaction;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The broker through Kafka's admin client. */
final class KafkaBroker implements Broker {
  private final String bootstrapServers;
  private final KafkaAdmin admin;

  KafkaBroker(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
    this.admin = new KafkaAdmin(bootstrapServers);
  }

  @Override
  public boolean createTopic(String name, int partitions) throws IOException, InterruptedException {
    return admin.createTopicIfAbsent(name, partitions, KafkaAdmin.FOR_STRANGERS);
  }

  @Override
  public boolean createDeadLetterTopic(String name, int partitions, String source)
      throws IOException, InterruptedException {
    return admin.createDeadLetterTopicIfAbsent(name, partitions, source);
  }

  @Override
  public long lag(String group, String topic) throws IOException, InterruptedException {
    return admin.lag(group, topic).values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public boolean hasTopic(String name) throws IOException, InterruptedException {
    return !admin.endOffsets(name).isEmpty();
  }

  @Override
  public Optional<String> topicId(String name) throws IOException, InterruptedException {
    return admin.topicId(name);
  }

  @Override
  public int partitions(String topic) throws IOException, InterruptedException {
    return admin.endOffsets(topic).size();
  }

  @Override
  public void removeTopic(String name) throws IOException, InterruptedException {
    admin.deleteTopic(name);
  }

  @Override
  public boolean hasGroup(String name) throws IOException, InterruptedException {
    return admin.hasGroup(name);
  }

  @Override
  public void removeGroup(String name) throws IOException, InterruptedException {
    admin.deleteGroup(name);
  }

  @Override
  public long maxTransactionTimeoutMs() throws IOException, InterruptedException {
    return admin.maxTransactionTimeoutMs();
  }

  @Override
  public int maxMessageBytes(String topic) throws IOException, InterruptedException {
    return admin.maxMessageBytes(topic);
  }

  @Override
  public OptionalLong packedBytes(String topic) throws IOException, InterruptedException {
    return admin.packedBytes(topic);
  }

  @Override
  public List<OpenTransaction> openTransactions() throws IOException, InterruptedException {
    try (KafkaTransactions transactions = new KafkaTransactions(bootstrapServers)) {
      return transactions.open();
    }
  }

  @Override
  public Optional<OpenTransaction> openTransaction(String id)
      throws IOException, InterruptedException {
    try (KafkaTransactions transactions = new KafkaTransactions(bootstrapServers)) {
      return transactions.open(id);
    }
  }

  @Override
  public Optional<String> transactionState(String id) throws IOException, InterruptedException {
    try (KafkaTransactions transactions = new KafkaTransactions(bootstrapServers)) {
      return transactions.state(id);
    }
  }

  @Override
  public void abortTransaction(String id) throws IOException, InterruptedException {
    try (KafkaTransactions transactions = new KafkaTransactions(bootstrapServers)) {
      transactions.abort(id);
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
