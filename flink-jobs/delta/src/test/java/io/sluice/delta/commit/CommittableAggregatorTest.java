package io.sluice.delta.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.delta.live.Lineage;
import io.sluice.delta.log.DeltaFile;
import io.sluice.delta.log.TableState;
import io.sluice.delta.schema.NewColumns;
import io.sluice.delta.storage.CommitPause;
import io.sluice.delta.testing.TestingCommittables;
import io.sluice.delta.testing.TestingNewColumns;
import io.sluice.delta.testing.TestingStorage;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableSummary;
import org.apache.flink.streaming.api.connector.sink2.CommittableWithLineage;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommittableAggregatorTest {

  /** What the table holds; static because the operator is copied. */
  private static final Map<String, Long> HELD = new ConcurrentHashMap<>();

  @TempDir private Path table;

  private OneInputStreamOperatorTestHarness<
          CommittableMessage<DeltaWriteResult>, CommittableMessage<DeltaCommittable>>
      harness;

  /** Static because the operator is copied. */
  private static final AtomicReference<Instant> NOW = new AtomicReference<>();

  /** Shows {@link #NOW}. */
  private static final class TestingClock extends Clock implements Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException("Nobody asks for a zone");
    }

    @Override
    public Instant instant() {
      return NOW.get();
    }
  }

  @BeforeEach
  void open() throws Exception {
    HELD.clear();
    NOW.set(Instant.now().truncatedTo(ChronoUnit.SECONDS));
    restart(null);
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  private void restart(OperatorSubtaskState state) throws Exception {
    if (harness != null) {
      harness.close();
    }
    harness =
        new OneInputStreamOperatorTestHarness<>(
            new CommittableAggregator(
                "trades",
                TestingStorage.address(table),
                Metering.of("trades"),
                () -> new TableState(0, HELD),
                new TestingClock()));
    if (state != null) {
      harness.setRestoredCheckpointId(1);
      harness.initializeState(state);
    }
    harness.open();
  }

  private void written(int subtask, long checkpoint, String file, long first, long last)
      throws Exception {
    Map<String, PositionRange> positions = new HashMap<>();
    positions.put("t/0", new PositionRange(first, last));
    DeltaWriteResult result =
        TestingCommittables.written(List.of(new DeltaFile(file, Map.of(), 1, 1, "{}")), positions);
    harness.processElement(new CommittableSummary<>(subtask, 2, checkpoint, 1, 0), 0);
    harness.processElement(new CommittableWithLineage<>(result, checkpoint, subtask), 0);
  }

  private OperatorSubtaskState checkpoint(long id) throws Exception {
    harness.prepareSnapshotPreBarrier(id);
    return harness.snapshot(id, 0);
  }

  private List<DeltaCommittable> emitted() {
    return harness.extractOutputValues().stream()
        .filter(CommittableWithLineage.class::isInstance)
        .map(message -> ((CommittableWithLineage<DeltaCommittable>) message).getCommittable())
        .toList();
  }

  @Test
  void allWritersOfACheckpointBecomeOneCommittable() throws Exception {
    written(0, 1, "a", 5, 9);
    written(1, 1, "b", 3, 7);
    checkpoint(1);

    assertThat(harness.extractOutputValues()).hasSize(2);
    assertThat(harness.extractOutputValues().get(0))
        .isEqualTo(new CommittableSummary<>(0, 1, 1, 1, 0));
    assertThat(emitted())
        .singleElement()
        .satisfies(
            committable -> {
              assertThat(committable.checkpointId()).isEqualTo(1);
              assertThat(committable.previousCheckpointId()).isEqualTo(-1);
              assertThat(committable.files()).hasSize(2);
              assertThat(committable.positions())
                  .containsExactly(Map.entry("t/0", new PositionRange(3, 9)));
            });
  }

  @Test
  void positionsWithoutAChangeBelongToTheCheckpointThatCommitsThem() throws Exception {
    written(0, 1, "a", 5, 10);
    passed(1, 1, 7);
    checkpoint(1);
    passed(1, 2, 11);
    checkpoint(2);
    written(0, 3, "b", 12, 12);
    checkpoint(3);

    assertThat(emitted())
        .extracting(committable -> committable.positions().get("t/0"))
        .containsExactly(new PositionRange(5, 10), new PositionRange(11, 12));
  }

  /** A row that changes nothing. */
  private void passed(int subtask, long checkpoint, long position) throws Exception {
    DeltaWriteResult result =
        TestingCommittables.written(
            List.of(), Map.of("t/0", new PositionRange(position, position)));
    harness.processElement(new CommittableSummary<>(subtask, 2, checkpoint, 1, 0), 0);
    harness.processElement(new CommittableWithLineage<>(result, checkpoint, subtask), 0);
  }

  private void evolved(int subtask, String column, LogicalType type) throws Exception {
    NewColumns news = new NewColumns(TestingNewColumns.column(column, type));
    DeltaWriteResult result =
        new DeltaWriteResult(
            List.of(new DeltaFile("f" + subtask, Map.of(), 1, 1, "{}")),
            Map.of(),
            Retractions.NONE,
            Lineage.NO_INDEX,
            news);
    harness.processElement(new CommittableWithLineage<>(result, 1, subtask), 0);
  }

  @Test
  void newColumnsOfAllWritersAreUnited() throws Exception {
    evolved(0, "a", new IntType());
    evolved(1, "b", new IntType());
    evolved(2, "a", new IntType());
    checkpoint(1);
    written(0, 2, "later", 1, 1);
    checkpoint(2);

    assertThat(emitted().get(0).newColumns().columns().getFieldNames()).containsExactly("a", "b");
    assertThat(emitted().get(1).newColumns()).isEqualTo(NewColumns.NONE);
  }

  @Test
  void newColumnsOfOneNameAndTwoTypesFail() throws Exception {
    evolved(0, "a", new IntType());

    assertThatThrownBy(() -> evolved(1, "a", VarCharType.STRING_TYPE))
        .hasMessageContainingAll(
            TestingStorage.address(table), "'a'", "INT", "STRING", "another name");
  }

  @Test
  void anEmptyCheckpointEmitsNothingAndTheChainSkipsIt() throws Exception {
    written(0, 1, "a", 1, 1);
    checkpoint(1);
    harness.processElement(new CommittableSummary<>(0, 2, 2, 0, 0), 0);
    checkpoint(2);
    written(0, 3, "b", 2, 2);
    checkpoint(3);

    assertThat(emitted()).extracting(DeltaCommittable::checkpointId).containsExactly(1L, 3L);
    assertThat(emitted().get(1).previousCheckpointId()).isEqualTo(1);
  }

  @Test
  void theEndOfInputBelongsToTheNextCheckpoint() throws Exception {
    written(0, 1, "a", 1, 1);
    checkpoint(1);
    written(0, 2, "b", 2, 2);
    harness.endInput();

    assertThat(emitted().get(1).checkpointId()).isEqualTo(2);
    checkpoint(2);
    assertThat(emitted()).hasSize(2);
  }

  @Test
  void aRestoredAggregatorGoesOnWithItsIncarnation() throws Exception {
    written(0, 1, "a", 1, 1);
    OperatorSubtaskState state = checkpoint(1);
    DeltaCommittable first = emitted().get(0);
    HELD.put(first.appId(), 1L);

    restart(state);
    written(0, 2, "b", 2, 2);
    checkpoint(2);

    assertThat(emitted().get(0).incarnation()).isEqualTo(first.incarnation());
    assertThat(emitted().get(0).previousCheckpointId()).isEqualTo(1);
  }

  @Test
  void aRewoundAggregatorMintsANewIncarnation() throws Exception {
    written(0, 1, "a", 1, 1);
    OperatorSubtaskState state = checkpoint(1);
    DeltaCommittable first = emitted().get(0);
    // The job went on to checkpoint 900 before it was put back; ids until there will come again.
    HELD.put(first.appId(), 900L);

    restart(state);
    written(0, 2, "b", 2, 2);
    checkpoint(2);

    assertThat(emitted().get(0).incarnation()).isNotEqualTo(first.incarnation());
    assertThat(emitted().get(0).previousCheckpointId()).isEqualTo(-1);
  }

  @Test
  void anAggregatorWhoseTableWasTakenBackFurtherThanItsStateFails() throws Exception {
    written(0, 1, "a", 1, 1);
    OperatorSubtaskState state = checkpoint(1);
    String appId = emitted().get(0).appId();
    HELD.put(appId, 1L);

    HELD.put(SavedSink.limitOf(appId), 1L);
    restart(state);
    HELD.put(SavedSink.limitOf(appId), 0L);
    assertThatThrownBy(() -> restart(state))
        .hasMessageContaining("was rewound to checkpoint 0, and the sink trades is restored to");
    HELD.put(SavedSink.limitOf(appId), -1L);
    assertThatThrownBy(() -> restart(state))
        .hasMessageContaining("was rewound to a time before this life of its sink");
    HELD.clear();
    restart(state);
  }

  private void pause(Duration time) throws IOException {
    CommitPause.begin(TestingStorage.of(table), NOW.get().plus(time));
  }

  private List<Long> checkpoints() {
    return emitted().stream().map(DeltaCommittable::checkpointId).toList();
  }

  @Test
  void duringAPauseCommittablesAreKeptAndFollowInOrder() throws Exception {
    pause(Duration.ofMinutes(2));
    for (long checkpoint = 1; checkpoint <= 3; checkpoint++) {
      written(0, checkpoint, "f" + checkpoint, checkpoint, checkpoint);
      checkpoint(checkpoint);
    }
    assertThat(emitted()).isEmpty();
    NOW.updateAndGet(now -> now.plusSeconds(120));
    checkpoint(4);

    assertThat(harness.extractOutputValues().get(0))
        .isEqualTo(new CommittableSummary<>(0, 1, 4, 3, 0));
    assertThat(checkpoints()).containsExactly(1L, 2L, 3L);
    assertThat(emitted())
        .extracting(DeltaCommittable::previousCheckpointId)
        .containsExactly(-1L, 1L, 2L);
    written(0, 5, "f5", 5, 5);
    checkpoint(5);
    assertThat(checkpoints()).containsExactly(1L, 2L, 3L, 5L);
  }

  @Test
  void theyAreKeptInTheState() throws Exception {
    pause(Duration.ofMinutes(2));
    written(0, 1, "a", 1, 1);
    OperatorSubtaskState state = checkpoint(1);

    restart(state);
    written(0, 2, "b", 2, 2);
    OperatorSubtaskState later = checkpoint(2);
    assertThat(emitted()).isEmpty();

    restart(later);
    CommitPause.end(TestingStorage.of(table), NOW.get());
    checkpoint(3);
    assertThat(checkpoints()).containsExactly(1L, 2L);
    assertThat(emitted().get(1).previousCheckpointId()).isEqualTo(1);

    checkpoint(4);
    assertThat(checkpoints()).as("once").containsExactly(1L, 2L);
  }

  @Test
  void theEndOfInputDoesNotWaitForThePause() throws Exception {
    pause(Duration.ofMinutes(2));
    written(0, 1, "a", 1, 1);
    checkpoint(1);
    written(0, 2, "b", 2, 2);
    harness.endInput();

    assertThat(checkpoints()).containsExactly(1L, 2L);
  }

  /** Whoever renews it all the time does not keep rows from the table for ever. */
  @Test
  void nothingIsKeptForLongerThanTheLongestPause() throws Exception {
    long checkpoint = 0;
    Instant begin = NOW.get();
    while (emitted().isEmpty()) {
      pause(Duration.ofMinutes(2));
      checkpoint++;
      written(0, checkpoint, "f" + checkpoint, checkpoint, checkpoint);
      checkpoint(checkpoint);
      NOW.updateAndGet(now -> now.plusSeconds(30));
    }

    assertThat(Duration.between(begin, NOW.get().minusSeconds(30))).isEqualTo(CommitPause.LONGEST);
    assertThat(emitted()).hasSize((int) checkpoint);
  }
}
