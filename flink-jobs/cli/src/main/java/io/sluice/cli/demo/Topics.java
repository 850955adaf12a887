package io.sluice.cli.demo;

import io.sluice.cli.demo.measure.Names;
import io.sluice.cli.text.CommandFailure;
import io.sluice.connectors.kafka.KafkaAdmin;
import io.sluice.sandbox.process.Poll;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;

/** Makes the demo's topics anew. */
public final class Topics {
  /** Partitions of the topic of trades. */
  public static final int PARTITIONS = 2;

  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final Duration AGAIN = Duration.ofMillis(100);
  private static final List<String> NAMES = List.of(Names.TOPIC, Names.DEAD_LETTER_TOPIC);

  private Topics() {}

  /** Deletes the topics of an earlier demo with all their records, and creates empty ones. */
  static void renew(String bootstrapServers) throws InterruptedException {
    try (Admin admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
      Set<String> existing = answer(admin.listTopics().names());
      List<String> old = NAMES.stream().filter(existing::contains).toList();
      if (!old.isEmpty()) {
        answer(admin.deleteTopics(old).all());
      }
      long deadline = System.nanoTime() + ANSWER.toNanos();
      for (String name : NAMES) {
        create(admin, name, deadline);
      }
    } catch (ExecutionException e) {
      throw new CommandFailure(
          "Kafka at %s did not make the topics %s: %s."
              .formatted(bootstrapServers, NAMES, e.getMessage()),
          e);
    }
  }

  /** A broker deletes in the background: the name may be taken for a moment longer. */
  private static void create(Admin admin, String name, long deadline)
      throws InterruptedException, ExecutionException {
    int partitions = name.equals(Names.TOPIC) ? PARTITIONS : 1;
    var topic = new NewTopic(name, partitions, (short) 1);
    if (name.equals(Names.TOPIC)) {
      topic.configs(KafkaAdmin.FOR_STRANGERS);
    }
    Poll.answer(
        () -> answer(admin.createTopics(List.of(topic)).all()),
        failure -> failure.getCause() instanceof TopicExistsException,
        AGAIN,
        Duration.ofNanos(deadline - System.nanoTime()));
  }

  private static <T> T answer(KafkaFuture<T> future)
      throws InterruptedException, ExecutionException {
    try {
      return future.get(ANSWER.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new ExecutionException("no answer within " + ANSWER.toSeconds() + " s", e);
    }
  }
}
