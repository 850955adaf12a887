package io.sluice.cli;

import io.sluice.cli.platform.Broker;
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
  public void close() {
    platform.calls.add("broker closed");
  }
}
