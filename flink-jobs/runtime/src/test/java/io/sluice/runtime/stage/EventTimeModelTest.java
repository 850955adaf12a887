package io.sluice.runtime.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntPredicate;
import org.apache.flink.runtime.executiongraph.ExecutionAttemptID;
import org.apache.flink.runtime.messages.Acknowledge;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator.SubtaskGateway;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many partitions, several subtasks, fetches in any order, silences, bursts, slow partitions,
 * answers that take their time, restarts and rescales: an event is late exactly when its own
 * partition says so.
 *
 * <p>The model has one exception, which the README names: an event whose partition had nothing for
 * the time of idleness, and whose window the others had passed that long before it arrived.
 */
class EventTimeModelTest {
  private static final long IDLENESS = 2_000;
  private static final long DISORDER = 500;
  private static final long WINDOW = 10_000;
  private static final long TICK = 50;
  private static final int ROUNDS = 60;
  private static final int BATCH = 40;

  private record Event(long time, long arrival) {}

  private final class World {
    private final Random random;
    private final List<List<Event>> logs = new ArrayList<>();
    private final EventTimeCoordinatorOf coordinator = new EventTimeCoordinatorOf();
    private SubtaskProgress[] subtasks;
    private Others.Report[] reported;
    private int[] delivered;
    private int[] saved;
    private long[] savedTimes;
    private long finalUntil = Long.MIN_VALUE;
    private long savedFinalUntil = Long.MIN_VALUE;
    private long now = 1_000_000;
    private long fileTime = 5_000_000;
    private int lateByOthers;
    private int lateByOwn;
    private int onTime;

    private World(long seed) {
      random = new Random(seed);
      int partitions = 1 + random.nextInt(6);
      for (int i = 0; i < partitions; i++) {
        logs.add(new ArrayList<>());
      }
      delivered = new int[partitions];
      saved = new int[partitions];
      savedTimes = new long[partitions];
      Arrays.fill(savedTimes, Long.MIN_VALUE);
      start(1 + random.nextInt(3));
    }

    /** A start from what was saved last, with any number of subtasks. */
    private void start(int parallelism) {
      delivered = saved.clone();
      finalUntil = savedFinalUntil;
      subtasks = new SubtaskProgress[parallelism];
      reported = new Others.Report[parallelism];
      coordinator.start(parallelism);
      for (int i = 0; i < parallelism; i++) {
        subtasks[i] = new SubtaskProgress(IDLENESS, this::ask, parallelism == 1, now);
      }
      for (int p = 0; p < logs.size(); p++) {
        subtasks[p % parallelism]
            .partitions()
            .put(p, new PartitionProgress(DISORDER, savedTimes[p], now));
      }
    }

    private CompletableFuture<IntPredicate> ask(Set<Integer> partitions) {
      Map<Integer, Integer> ends = new HashMap<>();
      partitions.forEach(p -> ends.put(p, logs.get(p).size()));
      CompletableFuture<IntPredicate> answer = new CompletableFuture<>();
      if (random.nextInt(10) == 0) {
        answer.completeExceptionally(new IllegalStateException("the broker is away"));
      } else {
        answer.complete(p -> delivered[p] >= ends.get(p));
      }
      return answer;
    }

    private void save() {
      saved = delivered.clone();
      savedFinalUntil = finalUntil;
      for (SubtaskProgress subtask : subtasks) {
        subtask.partitions().forEach((p, progress) -> savedTimes[p] = progress.maxEventTime());
      }
    }

    private void arrive(int partition, long time) {
      logs.get(partition).add(new Event(time - random.nextInt((int) DISORDER), now));
    }

    /**
     * Rows in order of time, to any partition. A producer sends them in batches, the batches of one
     * partition some time before those of another.
     */
    private void file(int rows) {
      for (int sent = 0; sent < rows; sent += BATCH) {
        List<List<Long>> batches = new ArrayList<>();
        logs.forEach(log -> batches.add(new ArrayList<>()));
        for (int i = sent; i < Math.min(rows, sent + BATCH); i++) {
          batches.get(random.nextInt(logs.size())).add(fileTime);
          fileTime += random.nextInt(3_000);
        }
        List<Integer> order = new ArrayList<>();
        for (int p = 0; p < logs.size(); p++) {
          order.add(p);
        }
        Collections.shuffle(order, random);
        for (int p : order) {
          batches.get(p).forEach(time -> arrive(p, time));
          run(random.nextInt((int) IDLENESS / (2 * logs.size())));
        }
      }
    }

    /** One partition has something now and then, the others are silent. */
    private void trickle(int rows) {
      int partition = random.nextInt(logs.size());
      for (int i = 0; i < rows; i++) {
        arrive(partition, fileTime);
        fileTime += random.nextInt(20_000);
        run(random.nextInt((int) IDLENESS));
      }
    }

    private void run(long millis) {
      for (long until = now + millis; now < until; ) {
        tick(random.nextInt(3) != 0);
      }
    }

    private void tick(boolean fetch) {
      now += TICK;
      if (fetch) {
        int partition = random.nextInt(logs.size());
        int waiting = logs.get(partition).size() - delivered[partition];
        for (int i = random.nextInt(waiting + 1); i > 0; i--) {
          deliver(partition);
        }
      }
      long combined = Long.MAX_VALUE;
      for (int i = 0; i < subtasks.length; i++) {
        combined = Math.min(combined, subtasks[i].advance(now));
        Others.Report report = subtasks[i].report(now);
        if (subtasks.length > 1 && !report.equals(reported[i]) && random.nextBoolean()) {
          reported[i] = report;
          coordinator.report(i, report, subtasks);
        }
      }
      finalUntil = Math.max(finalUntil, combined);
    }

    private void deliver(int partition) {
      Event event = logs.get(partition).get(delivered[partition]);
      PartitionProgress progress =
          subtasks[partition % subtasks.length].partitions().get(partition);
      progress.active(now);
      long finalAt = Math.floorDiv(event.time(), WINDOW) * WINDOW + WINDOW - 1;
      boolean own = finalAt <= ownWatermark(partition, delivered[partition]);
      boolean late = finalAt <= Math.max(progress.watermark(), finalUntil);
      if (late && !own) {
        checkException(partition, delivered[partition], finalAt);
        lateByOthers++;
      } else {
        assertThat(late).isEqualTo(own);
        lateByOwn += own ? 1 : 0;
        onTime += own ? 0 : 1;
      }
      progress.advance(event.time());
      delivered[partition]++;
    }

    /** The model: looks at the log of the partition alone. */
    private long ownWatermark(int partition, int offset) {
      return logs.get(partition).subList(0, offset).stream()
          .mapToLong(event -> event.time() - DISORDER - 1)
          .max()
          .orElse(Long.MIN_VALUE);
    }

    private void checkException(int partition, int offset, long finalAt) {
      List<Event> log = logs.get(partition);
      long before = log.get(offset).arrival() - IDLENESS;
      assertThat(offset == 0 || log.get(offset - 1).arrival() <= before)
          .as("the partition was silent")
          .isTrue();
      long others = Long.MIN_VALUE;
      for (List<Event> other : logs) {
        for (Event event : other) {
          if (event.arrival() <= before) {
            others = Math.max(others, event.time() - DISORDER - 1);
          }
        }
      }
      assertThat(others).as("the others had been there").isGreaterThanOrEqualTo(finalAt);
    }

    private long furthest() {
      long furthest = Long.MIN_VALUE;
      for (int p = 0; p < logs.size(); p++) {
        furthest = Math.max(furthest, ownWatermark(p, logs.get(p).size()));
      }
      return furthest;
    }
  }

  /** The real coordinator, with events that come at once. */
  private static final class EventTimeCoordinatorOf {
    private EventTimeCoordinator coordinator;
    private SubtaskProgress[] receivers = {};

    private void start(int parallelism) {
      coordinator = new EventTimeCoordinator(parallelism);
      for (int i = 0; i < parallelism; i++) {
        coordinator.executionAttemptReady(i, 0, new TestingGateway(i));
      }
    }

    private void report(int subtask, Others.Report report, SubtaskProgress[] subtasks) {
      receivers = subtasks;
      coordinator.handleEventFromOperator(subtask, 0, report);
    }

    private final class TestingGateway implements SubtaskGateway {
      private final int subtask;

      private TestingGateway(int subtask) {
        this.subtask = subtask;
      }

      @Override
      public CompletableFuture<Acknowledge> sendEvent(OperatorEvent event) {
        if (subtask < receivers.length) {
          receivers[subtask].others((Others) event);
        }
        return CompletableFuture.completedFuture(Acknowledge.get());
      }

      @Override
      public ExecutionAttemptID getExecution() {
        return ExecutionAttemptID.randomId();
      }

      @Override
      public int getSubtask() {
        return subtask;
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void anEventIsLateExactlyWhenItsOwnPartitionSaysSo(long seed) {
    int onTime = 0;
    for (int round = 0; round < ROUNDS; round++) {
      World world = new World(seed * 1_000 + round);
      for (int phase = 0; phase < 8; phase++) {
        switch (world.random.nextInt(6)) {
          case 0, 1 -> world.file(1 + world.random.nextInt(40));
          case 2 -> world.trickle(1 + world.random.nextInt(6));
          case 3 -> world.run(world.random.nextInt(3 * (int) IDLENESS));
          case 4 -> world.save();
          default -> world.start(1 + world.random.nextInt(3));
        }
      }
      world.run(30 * IDLENESS);
      assertThat(world.finalUntil).as("round %d", round).isEqualTo(world.furthest());
      onTime += world.onTime;
    }
    assertThat(onTime).isPositive();
  }

  /** One file in order into partitions that were silent for long: nothing is late. */
  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14})
  void aFileInOrderHasNoLateEvent(long seed) {
    for (int round = 0; round < ROUNDS; round++) {
      World world = new World(seed * 1_000 + round);
      world.run(5 * IDLENESS);
      world.file(200);
      world.run(30 * IDLENESS);
      world.file(200);
      world.run(30 * IDLENESS);
      assertThat(world.lateByOwn + world.lateByOthers).isZero();
      assertThat(world.onTime).isEqualTo(400);
    }
  }
}
