package io.sluice.cli.demo.trade;

import io.sluice.cli.demo.trade.DemoEvents.Values;
import io.sluice.cli.demo.trade.TradeEncoder.Detail;
import io.sluice.cli.demo.trade.TradeEncoder.Message;
import java.util.SplittableRandom;

/**
 * Makes trades, one after the other. The same seed, number of events, dirty share and send times
 * give the same bytes.
 *
 * <p>Event times start {@link #FIRST_LAG_MICROS} behind the send time and catch up with it at the
 * last event, so that even a demo of a few seconds closes several one-minute windows. Each is up to
 * {@link #JITTER_MICROS} older than that line, less than the pipeline's {@code maxOutOfOrderness}.
 */
public final class TradeGenerator {
  private static final long SECOND = 1_000_000;

  /** How far the first event's time is behind its send time. */
  static final long FIRST_LAG_MICROS = 270 * SECOND;

  /** How far an event's time may be behind that of earlier ones. */
  static final long JITTER_MICROS = 3 * SECOND;

  /** What the contract allows between event time and arrival. */
  static final long FRESHNESS_MICROS = 300 * SECOND;

  private static final long LATE_AGE = 290 * SECOND;
  private static final long LATE_ALLOWED_LAG = 20 * SECOND;
  private static final long BEYOND_RANGE = 500_000_000_000_000L;
  private static final int RECENT = 64;

  private final SplittableRandom random;
  private final Market market;
  private final TradeMix mix;
  private final TradeEncoder encoder;
  private final DemoEvents events;
  private final Message[] recentMessages = new Message[RECENT];
  private final int[] recentEvents = new int[RECENT];
  private final Detail[] recentDetails = new Detail[RECENT];
  private final boolean[] changed = new boolean[RECENT];
  private int cleanEvents;

  /**
   * Starts a stream.
   *
   * @param schemaId the registry's id of the trades schema
   * @param events takes a note of everything that is generated
   */
  public TradeGenerator(TradeMix mix, long seed, int schemaId, DemoEvents events) {
    this.mix = mix;
    this.events = events;
    random = new SplittableRandom(seed ^ 0x9E3779B97F4A7C15L);
    market = new Market(random.split());
    encoder = new TradeEncoder(seed, schemaId);
  }

  /**
   * Makes the next event.
   *
   * @param sendMicros its intended send time in microseconds since 1970
   */
  public Message next(long sendMicros) {
    int event = events.size();
    TradeKind kind = mix.kind(event);
    if (kind == TradeKind.DUPLICATE && cleanEvents > 0) {
      return repeat(sendMicros);
    }
    if (kind.isChange()) {
      int slot = unchanged();
      if (slot >= 0) {
        return change(event, kind, sendMicros, slot);
      }
    }
    kind = kind == TradeKind.DUPLICATE || kind.isChange() ? TradeKind.CLEAN : kind;
    int symbol = market.symbol();
    Values values = values(event, kind, sendMicros, symbol);
    int trader = random.nextInt(Market.TRADERS + 6);
    var detail =
        new Detail(
            symbol, trader < Market.TRADERS ? trader : -1, random.nextInt(Market.VENUES.size()));
    Message message = encoder.encode(event, kind, values, detail);
    events.add(kind, sendMicros, values, event);
    if (kind == TradeKind.CLEAN) {
      recentMessages[cleanEvents % RECENT] = message;
      recentEvents[cleanEvents % RECENT] = event;
      recentDetails[cleanEvents % RECENT] = detail;
      changed[cleanEvents % RECENT] = false;
      cleanEvents++;
    }
    return message;
  }

  private Values values(int event, TradeKind kind, long sendMicros, int symbol) {
    int quantity = 1 + random.nextInt(1 + random.nextInt(5000));
    int signed = random.nextBoolean() ? quantity : -quantity;
    long price = market.priceOf(symbol);
    long position =
        switch (kind) {
          case POSITION_TOO_SMALL -> -BEYOND_RANGE - random.nextInt(1000);
          case POSITION_TOO_LARGE -> BEYOND_RANGE + random.nextInt(1000);
          default -> signed * price / 100;
        };
    return new Values(
        eventMicros(event, kind, sendMicros),
        market.book(),
        market.currencyOf(symbol),
        signed,
        price,
        position);
  }

  private long eventMicros(int event, TradeKind kind, long sendMicros) {
    double left = 1 - (double) event / Math.max(1, mix.events() - 1);
    long line = sendMicros - (long) (FIRST_LAG_MICROS * left);
    return switch (kind) {
      case STALE -> sendMicros - FRESHNESS_MICROS - SECOND - random.nextLong(600 * SECOND);
      case LATE -> sendMicros - LATE_AGE - random.nextLong(5 * SECOND);
      case LATE_ALLOWED -> line - LATE_ALLOWED_LAG;
      default -> line - random.nextLong(JITTER_MICROS);
    };
  }

  /** A recent trade that was not replaced yet; negative for none. */
  private int unchanged() {
    int recent = Math.min(RECENT, cleanEvents);
    int first = recent == 0 ? 0 : random.nextInt(recent);
    for (int i = 0; i < recent; i++) {
      int slot = (first + i) % recent;
      if (!changed[slot]) {
        return slot;
      }
    }
    return -1;
  }

  /**
   * Replaces a trade. Its event time may be before that of the trade, which then stays: changes can
   * arrive out of order. A cancellation takes the numbers back.
   */
  private Message change(int event, TradeKind kind, long sendMicros, int slot) {
    int original = recentEvents[slot];
    changed[slot] = true;
    Values before = events.values(original);
    int factor = kind == TradeKind.CANCELLED ? -1 : 1 + random.nextInt(3);
    long eventMicros = eventMicros(event, kind, sendMicros);
    var values =
        new Values(
            // The same time would be the same key: a duplicate.
            eventMicros == before.eventMicros() ? eventMicros + 1 : eventMicros,
            before.book(),
            before.currency(),
            before.signedQuantity() * factor,
            before.price(),
            before.position() * factor);
    events.add(kind, sendMicros, values, event, original);
    return encoder.encode(original, kind, values, recentDetails[slot]);
  }

  private Message repeat(long sendMicros) {
    int back = 1 + random.nextInt(Math.min(RECENT, cleanEvents));
    int slot = (cleanEvents - back) % RECENT;
    if (sendMicros - events.eventMicros(recentEvents[slot]) > FRESHNESS_MICROS) {
      slot = (cleanEvents - 1) % RECENT;
    }
    int origin = recentEvents[slot];
    events.add(TradeKind.DUPLICATE, sendMicros, events.values(origin), origin);
    return recentMessages[slot];
  }
}
