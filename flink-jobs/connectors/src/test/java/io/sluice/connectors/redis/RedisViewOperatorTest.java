package io.sluice.connectors.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Test;

class RedisViewOperatorTest {
  private static final RowType ROWS =
      RowType.of(
          new LogicalType[] {new VarCharType(VarCharType.MAX_LENGTH), new BigIntType(false)},
          new String[] {"k", "_version"});

  @Test
  void whatIsRefusedGoesOutBeforeTheBarrierThatFollows() throws Exception {
    try (var harness = open(new ImmediateStore("v:bad"))) {
      for (String key : List.of("good", "bad", "far too long for this server")) {
        harness.processElement(row(key), 0);
      }
      harness.prepareSnapshotPreBarrier(1);
      assertThat(harness.extractOutputValues())
          .extracting(row -> ((GenericRowData) row).getField(0).toString())
          .containsExactly("far too long for this server redis:size", "bad redis:WRONGTYPE");
    }
  }

  @Test
  void closingABrokenStoreThrowsNothingAndTheFirstFailureIsKept() throws Exception {
    ImmediateStore store = new ImmediateStore("");
    var harness = open(store);
    store.failure = new IllegalStateException("first");
    harness.processElement(row("a"), 0);
    assertThatThrownBy(() -> harness.prepareSnapshotPreBarrier(1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("first");
    assertThatCode(harness.getOneInputOperator()::close).doesNotThrowAnyException();
    assertThat(store.closed).isTrue();
  }

  @Test
  void aViewThatBeginsAnewRemovesTheFormerOneFirst() throws Exception {
    ImmediateStore store = new ImmediateStore("");
    open(store, 0).close();
    assertThat(store.removed).isEmpty();
    open(store, 7).close();
    assertThat(store.removed).containsExactly("v 7");
  }

  private static OneInputStreamOperatorTestHarness<RowData, RowData> open(HashStore store)
      throws Exception {
    return open(store, 0);
  }

  private static OneInputStreamOperatorTestHarness<RowData, RowData> open(
      HashStore store, long firstVersion) throws Exception {
    var harness =
        new OneInputStreamOperatorTestHarness<RowData, RowData>(
            new RedisViewOperator.Factory(
                new RowHashes("", "v", ROWS, List.of("k")),
                firstVersion,
                () -> store,
                (row, rule, reason) -> GenericRowData.of(row.getString(0) + " " + rule)));
    harness.open();
    return harness;
  }

  private static RowData row(String key) {
    return GenericRowData.of(StringData.fromString(key), 1L);
  }

  /** Answers at once. */
  private static final class ImmediateStore implements HashStore {
    private final String refused;
    private final List<String> removed = new ArrayList<>();
    private RuntimeException failure;
    private boolean closed;

    ImmediateStore(String refused) {
      this.refused = refused;
    }

    @Override
    public CompletionStage<Written> put(List<HashUpdate> updates) {
      if (failure != null) {
        return CompletableFuture.failedFuture(failure);
      }
      return CompletableFuture.completedFuture(
          new Written(
              0,
              updates.stream()
                  .filter(update -> update.key().equals(refused))
                  .map(update -> new Refusal(update, "redis:WRONGTYPE", "no hash"))
                  .toList()));
    }

    @Override
    public void removeUpTo(String keys, long version) {
      removed.add(keys + " " + version);
    }

    @Override
    public long maxBytes() {
      return 20;
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
