package io.sluice.job.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Receivers that take events, and those that hang, refuse or are not there. */
@Timeout(30)
class DeliveryTest {
  private static final Duration SHORT = Duration.ofMillis(300);

  private final BlockingQueue<String> warnings = new LinkedBlockingQueue<>();
  private TestingReceiver receiver;

  @BeforeEach
  void listen() throws IOException {
    receiver = new TestingReceiver();
  }

  @AfterEach
  void close() {
    receiver.close();
  }

  private Delivery delivery(Receiver to) {
    return new Delivery(to, SHORT, warnings::add);
  }

  private static ObjectNode event(int number) {
    return JsonNodeFactory.instance.objectNode().put("n", number);
  }

  @Test
  void eventsComeInOrderWithTheKey() throws Exception {
    Delivery delivery = new Delivery(receiver.receiver());
    for (int i = 0; i < 3; i++) {
      int number = i;
      delivery.send(Duration.ZERO, () -> event(number));
    }
    for (int i = 0; i < 3; i++) {
      assertThat(receiver.next()).isEqualTo("{\"n\":" + i + "}");
      assertThat(receiver.request()).isEqualTo("POST /api/v1/lineage Bearer canary-key");
    }
  }

  @Test
  void aReceiverThatHangsIsLeftAfterTheLimitAndToldOnce() throws Exception {
    receiver.hang();
    Delivery delivery = delivery(receiver.receiver());
    long start = System.nanoTime();
    delivery.send(Duration.ZERO, () -> event(1));
    delivery.send(Duration.ZERO, () -> event(2));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SHORT);
    assertThat(receiver.request()).isNotNull();
    assertThat(receiver.request()).isNotNull();
    assertThat(warning()).contains("did not answer within 300 ms", "The job runs on");
    delivery.flush();
    assertThat(warnings).isEmpty();
  }

  private String warning() throws InterruptedException {
    return warnings.poll(20, TimeUnit.SECONDS);
  }

  @Test
  void aReceiverThatAnswersWithAnErrorIsToldOnceUntilItTakesOne() throws Exception {
    receiver.answer(500);
    Delivery delivery = delivery(receiver.receiver());
    delivery.send(Duration.ZERO, () -> event(1));
    assertThat(warning()).contains("status 500", "127.0.0.1").doesNotContain("canary-key");
    receiver.answer(200);
    delivery.send(Duration.ZERO, () -> event(2));
    assertThat(receiver.next()).isEqualTo("{\"n\":2}");
    delivery.flush();
    receiver.answer(404);
    delivery.send(Duration.ZERO, () -> event(3));
    assertThat(warning()).contains("status 404");
    assertThat(warnings).isEmpty();
  }

  @Test
  void aReceiverThatIsNotThereIsTold() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    Receiver nobody =
        new Receiver(URI.create("http://127.0.0.1:" + free + "/a"), "test", Optional.empty());
    delivery(nobody).send(Duration.ZERO, () -> event(1));
    assertThat(warning()).contains("ConnectException");
  }

  @Test
  void anEventThatCannotBeMadeIsTold() throws Exception {
    delivery(receiver.receiver())
        .send(
            Duration.ZERO,
            () -> {
              throw new IllegalStateException("no event");
            });
    assertThat(warning()).contains("no event");
  }

  @Test
  void whatWaitsIsSentWhenTheProcessEnds() throws Exception {
    Delivery delivery = delivery(receiver.receiver());
    Delivery.Letter withdrawn = delivery.send(Duration.ofHours(1), () -> event(1));
    delivery.send(Duration.ofHours(1), () -> event(2));
    withdrawn.withdraw();
    delivery.flush();
    assertThat(receiver.next()).isEqualTo("{\"n\":2}");
    assertThat(receiver.isEmpty()).isTrue();
  }

  @Test
  void noMoreThanAHundredEventsWait() throws Exception {
    Delivery delivery = delivery(receiver.receiver());
    for (int i = 0; i < 200; i++) {
      int number = i;
      delivery.send(Duration.ofHours(1), () -> event(number));
    }
    delivery.flush();
    for (int i = 0; i < 100; i++) {
      receiver.next();
    }
    assertThat(receiver.isEmpty()).isTrue();
  }
}
