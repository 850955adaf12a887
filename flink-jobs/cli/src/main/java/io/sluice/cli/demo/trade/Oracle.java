package io.sluice.cli.demo.trade;

import io.sluice.cli.demo.trade.ExpectedResults.Bucket;
import io.sluice.cli.demo.trade.ExpectedResults.Exposure;
import io.sluice.cli.demo.trade.ExpectedResults.Position;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Computes the expected results in plain Java, sharing no code with the job: replays the confirmed
 * records of every partition in the order of their offsets with that partition's own watermark.
 *
 * <p>An event is late iff the end of its window (less one millisecond) plus the allowed lateness is
 * not after the watermark of its partition as it stood before the event; that watermark is the
 * greatest event time of the partition's valid records, duplicates included, less the
 * out-of-orderness and one millisecond. The job's watermark is the smallest of all partitions until
 * all are silent, then the greatest.
 */
public final class Oracle {
  /** {@code maxOutOfOrderness} of the pipeline. */
  static final long OUT_OF_ORDER_MILLIS = 5_000;

  /** The size of the pipeline's window. */
  static final long WINDOW_MILLIS = 60_000;

  /** {@code allowedLateness} of the pipeline's window. */
  static final long LATENESS_MILLIS = 30_000;

  private static final long MICROS_PER_DAY = 86_400_000_000L;
  private static final long NO_WATERMARK = Long.MIN_VALUE;

  private final DemoEvents events;
  private final Accepted accepted;
  private final Offsets bronze = new Offsets();
  private final Offsets silver = new Offsets();
  private final BitSet replaced;
  private final Map<TradeDay, Integer> newest = new HashMap<>();
  private final SortedMap<String, Long> rejected = new TreeMap<>();
  private final Map<Integer, long[]> positions = new HashMap<>();
  private final Map<Bucket, long[]> windows = new HashMap<>();
  private long acceptedCount;
  private long silverPosition;
  private long duplicates;
  private long late;

  /** Told about every record that reaches silver. */
  @FunctionalInterface
  public interface Accepted {
    /** One event, by its number. */
    void accepted(int event);
  }

  private Oracle(DemoEvents events, Accepted accepted) {
    this.events = events;
    this.accepted = accepted;
    replaced = replaced(events);
  }

  /** The key of silver. */
  private record TradeDay(int trade, long day) {}

  /** The trades that have more than one event. */
  private static BitSet replaced(DemoEvents events) {
    var trades = new BitSet(events.size());
    for (int event = 0; event < events.size(); event++) {
      if (events.kind(event).isChange()) {
        trades.set(events.trade(event));
      }
    }
    return trades;
  }

  /**
   * Computes the results.
   *
   * @param partitions how many the topic has; one without a valid record holds all windows back,
   *     until all partitions are silent
   */
  public static ExpectedResults compute(DemoEvents events, int partitions) {
    return compute(events, partitions, event -> {});
  }

  /** Computes the results and tells which events reach silver, partition by partition. */
  public static ExpectedResults compute(DemoEvents events, int partitions, Accepted accepted) {
    return new Oracle(events, accepted).run(partitions);
  }

  private ExpectedResults run(int partitions) {
    long watermark = Long.MAX_VALUE;
    long furthest = NO_WATERMARK;
    var seen = new BitSet(events.size());
    for (int partition = 0; partition < partitions; partition++) {
      long reached = replay(inOrder(partition), seen);
      watermark = Math.min(watermark, reached);
      furthest = Math.max(furthest, reached);
    }
    newest.values().forEach(this::stays);
    return new ExpectedResults(
        bronze.size(),
        rejected,
        duplicates,
        late,
        bronze,
        acceptedCount,
        silver,
        BigDecimal.valueOf(silverPosition, 2),
        positions(),
        closed(watermark, LATENESS_MILLIS),
        closed(watermark, 0),
        closed(furthest, LATENESS_MILLIS),
        closed(furthest, 0),
        watermark);
  }

  /** The confirmed events of a partition by offset. */
  private int[] inOrder(int partition) {
    long highest = -1;
    for (int event = 0; event < events.size(); event++) {
      if (events.acknowledged(event) && events.partition(event) == partition) {
        highest = Math.max(highest, events.offset(event));
      }
    }
    int[] byOffset = new int[Math.toIntExact(highest + 1)];
    Arrays.fill(byOffset, -1);
    for (int event = 0; event < events.size(); event++) {
      if (events.acknowledged(event) && events.partition(event) == partition) {
        byOffset[(int) events.offset(event)] = event;
      }
    }
    return Arrays.stream(byOffset).filter(event -> event >= 0).toArray();
  }

  private long replay(int[] inOrder, BitSet seen) {
    long watermark = NO_WATERMARK;
    for (int event : inOrder) {
      bronze.add(events.partition(event), events.offset(event));
      Optional<String> rule = brokenRule(event);
      if (rule.isPresent()) {
        rejected.merge(rule.get(), 1L, Long::sum);
        continue;
      }
      if (seen.get(events.origin(event))) {
        duplicates++;
      } else {
        seen.set(events.origin(event));
        accept(event, watermark);
      }
      watermark = Math.max(watermark, millis(event) - OUT_OF_ORDER_MILLIS - 1);
    }
    return watermark;
  }

  private Optional<String> brokenRule(int event) {
    Optional<String> rule = events.kind(event).rule();
    long arrivalMicros = Math.floorDiv(events.sendMicros(event), 1000L) * 1000;
    boolean old = arrivalMicros - events.eventMicros(event) > TradeGenerator.FRESHNESS_MICROS;
    return rule.isEmpty() && old ? TradeKind.STALE.rule() : rule;
  }

  private void accept(int event, long watermark) {
    accepted.accepted(event);
    acceptedCount++;
    keepNewest(event);
    long[] position = positions.computeIfAbsent(events.book(event), none -> new long[3]);
    position[0] = Math.addExact(position[0], events.position(event));
    position[1] = position[2] == 0 ? events.eventMicros(event) : position[1];
    position[1] = Math.max(position[1], events.eventMicros(event));
    position[2]++;
    long start = Math.floorDiv(millis(event), WINDOW_MILLIS) * WINDOW_MILLIS;
    if (start + WINDOW_MILLIS - 1 + LATENESS_MILLIS <= watermark) {
      late++;
      return;
    }
    var bucket =
        new Bucket(
            Market.BOOKS.get(events.book(event)),
            Market.CURRENCIES.get(events.currency(event)),
            start);
    long[] sums = windows.computeIfAbsent(bucket, none -> new long[3]);
    long quantity = events.signedQuantity(event);
    sums[0] = Math.addExact(sums[0], Math.multiplyExact(Math.abs(quantity), events.price(event)));
    sums[1] += quantity;
    sums[2]++;
  }

  private void keepNewest(int event) {
    if (!replaced.get(events.trade(event))) {
      stays(event);
      return;
    }
    var key =
        new TradeDay(events.trade(event), Math.floorDiv(events.eventMicros(event), MICROS_PER_DAY));
    newest.merge(
        key,
        event,
        (one, other) -> events.eventMicros(other) >= events.eventMicros(one) ? other : one);
  }

  private void stays(int event) {
    silver.add(events.partition(event), events.offset(event));
    silverPosition = Math.addExact(silverPosition, events.position(event));
  }

  private long millis(int event) {
    return Math.floorDiv(events.eventMicros(event), 1000L);
  }

  private SortedMap<String, Position> positions() {
    var result = new TreeMap<String, Position>();
    positions.forEach(
        (book, sums) ->
            result.put(
                Market.BOOKS.get(book),
                new Position(BigDecimal.valueOf(sums[0], 2), sums[1], sums[2])));
    return result;
  }

  private SortedMap<Bucket, Exposure> closed(long watermark, long lateness) {
    var result = new TreeMap<Bucket, Exposure>();
    windows.forEach(
        (bucket, sums) -> {
          if (bucket.startMillis() + WINDOW_MILLIS - 1 + lateness <= watermark) {
            result.put(bucket, new Exposure(BigDecimal.valueOf(sums[0], 4), sums[1], sums[2]));
          }
        });
    return result;
  }
}
