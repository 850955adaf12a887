package io.sluice.cli;

import io.sluice.cli.platform.Broker;
import io.sluice.connectors.kafka.transactions.OpenTransaction;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Kafka of a {@link TestingPlatform}, which keeps what is asked of it. */
final class TestingBroker implements Broker {
  private final TestingPlatform platform;

  TestingBroker(TestingPlatform platform) {
    this.platform = platform;
  }

  @Override
  public boolean createTopic(String name, int partitions) {
    if (platform.packedTopics.containsKey(name)) {
      return false;
    }
    platform.calls.add("topic " + name + " " + partitions);
    return true;
  }

  @Override
  public boolean createDeadLetterTopic(String name, int partitions, String source) {
    platform.calls.add("topic " + name + " " + partitions + " like " + source);
    return true;
  }

  @Override
  public long lag(String group, String topic) {
    return 17;
  }

  @Override
  public boolean hasTopic(String name) {
    return name.startsWith("city");
  }

  @Override
  public Optional<String> topicId(String name) {
    return hasTopic(name) ? Optional.of("id-of-" + name) : Optional.empty();
  }

  @Override
  public int partitions(String topic) {
    return platform.partitions;
  }

  @Override
  public void removeTopic(String name) {
    platform.calls.add("remove topic " + name);
  }

  @Override
  public boolean hasGroup(String name) {
    return true;
  }

  @Override
  public void removeGroup(String name) {
    platform.calls.add("remove group " + name);
  }

  @Override
  public OptionalLong packedBytes(String topic) {
    return OptionalLong.of(platform.packedTopics.get(topic));
  }

  @Override
  public long maxTransactionTimeoutMs() {
    return platform.maxTransactionTimeoutMs;
  }

  @Override
  public int maxMessageBytes(String topic) {
    return 1_048_588;
  }

  @Override
  public List<OpenTransaction> openTransactions() {
    return List.copyOf(platform.transactions);
  }

  @Override
  public Optional<OpenTransaction> openTransaction(String id) {
    return platform.transactions.stream().filter(each -> each.id().equals(id)).findFirst();
  }

  @Override
  public Optional<String> transactionState(String id) {
    return openTransaction(id)
        .map(OpenTransaction::state)
        .or(() -> Optional.ofNullable(platform.endedTransactions.get(id)));
  }

  @Override
  public void abortTransaction(String id) {
    platform.calls.add("abort " + id);
    platform.transactions.removeIf(each -> each.id().equals(id));
  }

  @Override
  public void close() {
    platform.calls.add("broker closed");
  }
}
