package io.sluice.connectors.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.connectors.local.LocalRedis;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisViewSinkITCase {
  private static final RowType ROWS =
      RowType.of(
          new LogicalType[] {
            new VarCharType(VarCharType.MAX_LENGTH),
            new DecimalType(20, 2),
            new TimestampType(3),
            new BigIntType()
          },
          new String[] {"book", "position", "last_event", "_version"});

  @TempDir Path directory;
  private LocalRedis redis;

  @BeforeEach
  void start() throws IOException {
    redis = new LocalRedis(directory);
  }

  @AfterEach
  void stop() throws Exception {
    redis.close();
  }

  @Test
  void writesOneHashPerKeyAndClearsNulls() throws Exception {
    try (LettuceHashStore store = store();
        RedisViews views = views()) {
      CoalescingQueue queue = queue(store);
      queue.offer(update("fx", "12.50", 1));
      queue.drain();
      assertThat(views.hash("s:pos:fx"))
          .isEqualTo(
              Map.of(
                  "book", "fx",
                  "position", "12.50",
                  "last_event", "2026-01-02T03:04:05.006",
                  "_version", "1"));

      queue.offer(update("fx", null, 2));
      queue.offer(update("a:b%", "1.00", 1));
      queue.drain();
      assertThat(views.hash("s:pos:fx"))
          .doesNotContainKey("position")
          .containsEntry("_version", "2");
      assertThat(views.keys("pos")).containsExactly("s:pos:a%3Ab%25", "s:pos:fx");
    }
  }

  @Test
  void aForeignValueUnderTheKeyRefusesThatRowOnly() throws Exception {
    try (LettuceHashStore store = store();
        RedisViews views = views()) {
      redis.command("SET", "s:pos:b", "mine");
      CoalescingQueue queue = queue(store);
      for (String book : List.of("a", "b", "c")) {
        queue.offer(update(book, "1.00", 1));
      }
      queue.drain();
      assertThat(queue.takeRefused())
          .singleElement()
          .satisfies(
              refusal -> {
                assertThat(refusal.update().key()).isEqualTo("s:pos:b");
                assertThat(refusal.rule()).isEqualTo("redis:WRONGTYPE");
                assertThat(refusal.reason()).contains("s:pos:b holds a value that is no hash");
              });
      assertThat(views.hash("s:pos:a")).containsEntry("position", "1.00");
      assertThat(views.hash("s:pos:c")).containsEntry("position", "1.00");
    }
  }

  @Test
  void aServerWithoutMemoryIsWaitedFor() throws Exception {
    try (LettuceHashStore store = store();
        RedisViews views = views()) {
      CoalescingQueue queue = queue(store);
      redis.command("CONFIG", "SET", "maxmemory", "1");
      queue.offer(update("fx", "1.00", 1));
      queue.flush();
      await()
          .untilAsserted(
              () -> assertThat(redis.command("INFO", "errorstats")).contains("errorstat_ERR:"));
      redis.command("CONFIG", "SET", "maxmemory", "0");
      queue.drain();
      assertThat(views.hash("s:pos:fx")).containsEntry("position", "1.00");
    }
  }

  @Test
  void knowsHowMuchTheServerReads() throws Exception {
    redis.command("CONFIG", "SET", "proto-max-bulk-len", "2000000");
    try (LettuceHashStore store = store()) {
      assertThat(store.maxBytes()).isEqualTo(2_000_000);
    }
  }

  @Test
  void nullAndTheEmptyTextAreTwoKeys() throws Exception {
    try (LettuceHashStore store = store();
        RedisViews views = views()) {
      CoalescingQueue queue = queue(store);
      for (String book : Arrays.asList(null, "", "%null", "null", ":", "%3A")) {
        queue.offer(update(book, "1.00", 1));
      }
      queue.drain();
      assertThat(views.keys("pos"))
          .containsExactlyInAnyOrder(
              "s:pos:%null", "s:pos:", "s:pos:%25null", "s:pos:null", "s:pos:%3A", "s:pos:%253A");
      assertThat(views.hash(RedisViews.key("s:", "pos", Arrays.asList((String) null))))
          .doesNotContainKey("book")
          .containsEntry("position", "1.00");
    }
  }

  @Test
  void aViewThatBeginsAnewLeavesNoKeyOfTheFormerOne() throws Exception {
    long first = 1L << 40;
    redis.command("SET", "s:pos:foreign", "mine");
    redis.command("EVAL", "redis.call('HSET', 's:pos:unversioned', 'a', '1') return 'ok'", "0");
    redis.command("EVAL", "redis.call('HSET', 's:positions:fx', '_version', 1) return 'ok'", "0");
    try (LettuceHashStore store = store();
        RedisViews views = views()) {
      CoalescingQueue queue = queue(store);
      for (int i = 0; i < 2_500; i++) {
        queue.offer(update("k" + i, "1.00", i + 1));
      }
      queue.offer(update("new", "2.00", first + 1));
      queue.drain();
      store.removeUpTo("s:pos", first);
      assertThat(views.keys("pos"))
          .containsExactly("s:pos:foreign", "s:pos:new", "s:pos:unversioned");
      assertThat(views.keys("positions")).containsExactly("s:positions:fx");
      queue.offer(update("k7", null, first + 1));
      queue.drain();
      assertThat(views.hash("s:pos:k7")).doesNotContainKey("position");
    }
  }

  @Test
  void dropsWhatIsOlderOrEqualAndComparesBeyondDoubles() throws Exception {
    try (LettuceHashStore store = store();
        RedisViews views = views()) {
      long large = (1L << 53) + 1;
      CoalescingQueue queue = queue(store);
      for (long version : List.of(9L, 10L, large, large - 1, 5L, large)) {
        queue.offer(update("fx", version + ".00", version));
        queue.drain();
      }
      assertThat(views.hash("s:pos:fx")).containsEntry("position", large + ".00");
      assertThat(queue.droppedAsOld()).isEqualTo(3);
    }
  }

  @Test
  void losesNothingWhenRedisIsKilledAndComesBack() throws Exception {
    try (LettuceHashStore store = store();
        RedisViews views = views()) {
      CoalescingQueue queue = queue(store);
      for (int i = 0; i < 5_000; i++) {
        queue.offer(update("k" + i % 500, i + ".00", i));
        if (i == 2_000) {
          redis.kill();
        }
        if (i == 4_000) {
          redis.start();
        }
      }
      queue.drain();
      assertThat(views.keys("pos")).hasSize(500);
      for (int i = 4_500; i < 5_000; i++) {
        assertThat(views.hash("s:pos:k" + i % 500)).containsEntry("position", i + ".00");
      }
    }
  }

  @Test
  void failsWhenRedisStaysAway() throws Exception {
    try (LettuceHashStore store = new LettuceHashStore(redis.uri(), Duration.ofSeconds(2))) {
      CoalescingQueue queue = queue(store);
      queue.offer(update("fx", "1.00", 1));
      queue.drain();
      redis.kill();
      queue.offer(update("fx", "2.00", 2));
      assertThatThrownBy(queue::drain)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("did not answer for 2 s");
    }
    assertThatThrownBy(() -> new LettuceHashStore(redis.uri(), Duration.ofSeconds(1)))
        .isInstanceOf(IOException.class);
    await()
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.startsWith("lettuce")));
  }

  private LettuceHashStore store() throws Exception {
    return new LettuceHashStore(redis.uri(), Duration.ofSeconds(20));
  }

  private RedisViews views() throws Exception {
    return new RedisViews(redis.uri(), "s:", Duration.ofSeconds(20));
  }

  private static CoalescingQueue queue(HashStore store) {
    return new CoalescingQueue(store, 20_000, 2_048, 4, failure -> {});
  }

  private static HashUpdate update(String book, String position, long version) {
    RowData row =
        GenericRowData.of(
            book == null ? null : StringData.fromString(book),
            position == null ? null : DecimalData.fromBigDecimal(new BigDecimal(position), 20, 2),
            TimestampData.fromEpochMillis(1767323045006L),
            version);
    return new RowHashes("s:", "pos", ROWS, List.of("book")).update(row, HashUpdate.NO_ARRIVAL);
  }
}
