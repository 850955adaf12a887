package io.sluice.cli.demo.trade;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Which event is dirty, and how, and which replaces an earlier trade, decided before the first one
 * is made: one in a hundred amends, one in two hundred cancels, and the dirty share is divided
 * evenly among the kinds, so the counts are known exactly and every kind occurs when there are at
 * least {@value #EVERY_KIND_FROM} events.
 */
public final class TradeMix {
  /** From this number of events on, every kind of dirt occurs at least once. */
  public static final int EVERY_KIND_FROM = 1000;

  /** A share above this would leave too few clean records to place the dirty ones among. */
  public static final double MAX_DIRTY = 0.5;

  /** Duplicates need clean records before them. */
  private static final int FIRST_DIRTY = 16;

  /** Before this part of the stream the watermark is not far enough for an event to be late. */
  private static final double LATE_FROM = 0.4;

  private static final int CLEAN_PER_AMENDMENT = 100;
  private static final int CLEAN_PER_CANCELLATION = 200;

  private final byte[] kinds;

  /**
   * Decides the kinds.
   *
   * @param events how many, at least 1
   * @param dirty the dirty share, 0 to {@value #MAX_DIRTY}
   */
  public TradeMix(int events, double dirty, long seed) {
    if (events < 1) {
      throw new IllegalArgumentException("events must be at least 1, not " + events);
    }
    if (!(dirty >= 0 && dirty <= MAX_DIRTY)) {
      throw new IllegalArgumentException("dirty must be 0 to " + MAX_DIRTY + ", not " + dirty);
    }
    kinds = new byte[events];
    var random = new SplittableRandom(seed);
    int dirtyKinds = TradeKind.DIRTY_KINDS;
    long total = Math.round(events * dirty);
    if (dirty > 0 && events >= EVERY_KIND_FROM) {
      total = Math.max(total, dirtyKinds);
    }
    for (int k = 1; k <= dirtyKinds; k++) {
      long count = total / dirtyKinds + (k <= total % dirtyKinds ? 1 : 0);
      place(TradeKind.of((byte) k), count, random);
    }
    place(TradeKind.AMENDED, events / CLEAN_PER_AMENDMENT, random);
    place(TradeKind.CANCELLED, events / CLEAN_PER_CANCELLATION, random);
  }

  private void place(TradeKind kind, long count, SplittableRandom random) {
    boolean late = kind == TradeKind.LATE || kind == TradeKind.LATE_ALLOWED;
    int from = Math.min(late ? (int) (kinds.length * LATE_FROM) : FIRST_DIRTY, kinds.length - 1);
    for (long placed = 0; placed < count; placed++) {
      int at = from + random.nextInt(kinds.length - from);
      while (kinds[at] != 0) {
        at = at + 1 < kinds.length ? at + 1 : from;
      }
      kinds[at] = (byte) kind.ordinal();
    }
  }

  /** The number of events. */
  public int events() {
    return kinds.length;
  }

  /** The kind of one event, counted from 0. */
  public TradeKind kind(int event) {
    return TradeKind.of(kinds[event]);
  }

  /** How many events are of a kind. */
  public int count(TradeKind kind) {
    int count = 0;
    for (byte each : kinds) {
      count += each == kind.ordinal() ? 1 : 0;
    }
    return count;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TradeMix mix && Arrays.equals(kinds, mix.kinds);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(kinds);
  }
}
