package io.sluice.cli.demo.trade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.text.CommandFailure;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class LoadProducerTest {
  private static final int COUNT = 2_000;

  private final DemoEvents events = new DemoEvents(COUNT);
  private final TradeGenerator generator =
      new TradeGenerator(new TradeMix(COUNT, 0.02, 1), 1, 7, events);
  private final DemoClock clock = new DemoClock();

  private static MockProducer<byte[], byte[]> broker(boolean confirms) {
    return new MockProducer<>(confirms, null, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @Test
  void sendsEverythingAndNotesWhereItWent() throws InterruptedException {
    var broker = broker(true);
    var seen = new AtomicLong();
    var load = new LoadProducer(broker, "t", events);

    load.run(generator, COUNT, new SendTimes(clock, 0), (sent, acked) -> seen.set(acked));

    assertThat(load.acknowledged()).isEqualTo(COUNT);
    assertThat(seen).hasValue(COUNT);
    assertThat(broker.history()).hasSize(COUNT);
    for (int i = 0; i < COUNT; i++) {
      assertThat(events.acknowledged(i)).isTrue();
      assertThat(broker.history().get(i).timestamp()).isEqualTo(events.sendMicros(i) / 1000);
    }
    assertThat(broker.history().get(0).headers().lastHeader("source").value())
        .isEqualTo(Market.utf8("demo"));
  }

  @Test
  void aRefusedRecordEndsTheRun() {
    var broker = broker(true);
    broker.sendException = null;
    var load = new LoadProducer(broker, "t", events);
    broker.errorNext(new KafkaException("unused"));
    broker.sendException = new KafkaException("disk full");

    assertThatThrownBy(
            () -> load.run(generator, COUNT, new SendTimes(clock, 0), (sent, acked) -> {}))
        .hasStackTraceContaining("disk full");
  }

  @Test
  void aRecordThatIsRefusedLaterEndsTheRunAtTheNextOne() {
    var broker = broker(false);
    var load = new LoadProducer(broker, "t", events);

    assertThatThrownBy(
            () ->
                load.run(
                    generator,
                    COUNT,
                    new SendTimes(clock, 0),
                    (sent, acked) -> broker.errorNext(new KafkaException("disk full"))))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("disk full");
    assertThat(broker.history()).hasSize(2);
  }

  @Test
  void theScheduleIsFixedBeforehand() {
    var times = new SendTimes(clock, 1_000_000);
    long first = times.await(0);
    assertThat(times.await(999)).isEqualTo(first);
    assertThat(times.await(2_000)).isEqualTo(first + 2_000);
    assertThat(times.await(2_999)).isEqualTo(first + 2_000);
    assertThat(clock.micros()).isGreaterThanOrEqualTo(first + 2_000);
  }
}
