package io.sluice.runtime.stage;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.IntPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The watermark of one subtask, from the watermarks of its partitions.
 *
 * <pre>
 *   no partition silent      the lowest of all
 *   some silent              the lowest of the others, as it stood `idleness` ago
 *   all silent               what the other subtasks have reached, as it stood `idleness` ago;
 *                            the furthest partition of all when every partition is silent
 * </pre>
 *
 * <p>A partition is silent when nothing came of it for the time of idleness. Silence alone lets
 * nobody pass: before the watermark goes beyond silent partitions, the source is asked how far they
 * reach, and everything up to there must have come. Nothing is asked as long as nobody would pass.
 */
public final class SubtaskProgress {
  private static final Logger LOG = LoggerFactory.getLogger(SubtaskProgress.class);

  /** Between two samples at least; the time of idleness is divided into {@link #SAMPLES}. */
  private static final long MIN_SAMPLE_MILLIS = 20;

  private static final int SAMPLES = PartitionProgress.History.SAMPLES;

  /** After so long an answer is asked for anew: a partition may have been cut off. */
  private static final long ASK_AGAIN_MILLIS = 10_000;

  private static final long RETRY_MILLIS = 1_000;

  /** {@link #heldBy()} when no partition holds the watermark. */
  static final int NOBODY = -1;

  private final long idlenessMillis;
  private final long sampleMillis;
  private final Function<Set<Integer>, CompletableFuture<IntPredicate>> backlog;
  private final boolean alone;
  private final long openedAt;
  private final Map<Integer, PartitionProgress> partitions = new HashMap<>();
  private final PartitionProgress.History othersReached = new PartitionProgress.History();

  private Others others = Others.UNKNOWN;
  private long sampledAt;
  private long watermark = Long.MIN_VALUE;
  private long askAt = Long.MIN_VALUE;
  private Question question;
  private boolean unanswered;
  private int heldBy = NOBODY;

  /** What was asked: whether the watermark may go to the target without some partitions. */
  private record Question(
      long target, Set<Integer> partitions, long askedAt, CompletableFuture<IntPredicate> answer) {}

  /**
   * @param backlog asks the source about partitions of this subtask
   * @param alone whether there is no other subtask
   */
  public SubtaskProgress(
      long idlenessMillis,
      Function<Set<Integer>, CompletableFuture<IntPredicate>> backlog,
      boolean alone,
      long now) {
    this.idlenessMillis = idlenessMillis;
    this.sampleMillis = Math.max(MIN_SAMPLE_MILLIS, (idlenessMillis + SAMPLES - 1) / SAMPLES);
    this.backlog = backlog;
    this.alone = alone;
    this.openedAt = now;
    this.sampledAt = now;
  }

  public Map<Integer, PartitionProgress> partitions() {
    return partitions;
  }

  /** What {@link #advance} came to. */
  long watermark() {
    return watermark;
  }

  /** The partition that the watermark waits for, or {@link #NOBODY}. */
  int heldBy() {
    return heldBy;
  }

  /** Whether all partitions are silent and no answer is awaited: nothing is urgent. */
  boolean isStill(long now) {
    return question == null
        && partitions.values().stream().allMatch(one -> one.silent(now, idlenessMillis));
  }

  public void others(Others news) {
    others = news;
  }

  /** What the other subtasks need to know. */
  public Others.Report report(long now) {
    boolean active = false;
    long furthest = Long.MIN_VALUE;
    for (PartitionProgress partition : partitions.values()) {
      active |= !partition.silent(now, idlenessMillis);
      furthest = Math.max(furthest, partition.watermark());
    }
    return new Others.Report(active, watermark, furthest);
  }

  /** Moves the watermark as far as it may go; it never goes back. */
  public long advance(long now) {
    sample(now);
    long lowest = Long.MAX_VALUE;
    long lowestActive = Long.MAX_VALUE;
    long formerLowest = Long.MAX_VALUE;
    boolean anySilent = false;
    heldBy = NOBODY;
    for (Map.Entry<Integer, PartitionProgress> entry : partitions.entrySet()) {
      PartitionProgress partition = entry.getValue();
      lowest = Math.min(lowest, partition.watermark());
      if (partition.silent(now, idlenessMillis)) {
        anySilent = true;
        continue;
      }
      formerLowest = Math.min(formerLowest, partition.formerWatermark());
      if (partition.watermark() < lowestActive) {
        lowestActive = partition.watermark();
        heldBy = entry.getKey();
      }
    }
    if (!partitions.isEmpty()) {
      watermark = Math.max(watermark, lowest);
    }
    boolean anyActive = formerLowest != Long.MAX_VALUE;
    if (anySilent || partitions.isEmpty()) {
      pass(anyActive ? formerLowest : beyondAll(now), now);
    } else {
      question = null;
    }
    return watermark;
  }

  private void sample(long now) {
    if (now - sampledAt >= sampleMillis) {
      sampledAt = now;
      partitions.values().forEach(PartitionProgress::sample);
      if (!others.allSilent()) {
        othersReached.add(others.reached());
      }
    }
  }

  /** How far a subtask may go in which no partition is active. */
  private long beyondAll(long now) {
    if (partitions.isEmpty()) {
      return now - openedAt < idlenessMillis ? Long.MIN_VALUE : others.reached();
    }
    if (alone) {
      return report(now).furthest();
    }
    return others.allSilent() ? others.reached() : othersReached.oldest();
  }

  /** Goes to the target if nothing is waiting in the partitions that are not there yet. */
  private void pass(long target, long now) {
    if (target <= watermark) {
      question = null;
      return;
    }
    if (question == null && now >= askAt) {
      Set<Integer> behind = behind(target);
      question = new Question(target, behind, now, backlog.apply(behind));
    }
    if (question != null && question.answer().isDone()) {
      settle(now);
    }
  }

  private Set<Integer> behind(long target) {
    Set<Integer> behind = new HashSet<>();
    partitions.forEach(
        (number, partition) -> {
          if (partition.watermark() < target) {
            behind.add(number);
          }
        });
    return behind;
  }

  private void settle(long now) {
    IntPredicate reached = answer(now);
    if (reached == null) {
      return;
    }
    for (int number : behind(question.target())) {
      if (!question.partitions().contains(number)
          || !partitions.get(number).silent(now, idlenessMillis)
          || now - question.askedAt() >= ASK_AGAIN_MILLIS) {
        question = null;
        return;
      }
      if (!reached.test(number)) {
        heldBy = number;
        return;
      }
    }
    watermark = question.target();
    heldBy = NOBODY;
    question = null;
  }

  private IntPredicate answer(long now) {
    try {
      IntPredicate reached = question.answer().getNow(null);
      unanswered = false;
      return reached;
    } catch (RuntimeException e) {
      if (!unanswered) {
        unanswered = true;
        LOG.warn(
            "How far the partitions {} reach cannot be found out; windows stay open until the source answers.",
            question.partitions(),
            e);
      }
      question = null;
      askAt = now + RETRY_MILLIS;
      return null;
    }
  }
}
