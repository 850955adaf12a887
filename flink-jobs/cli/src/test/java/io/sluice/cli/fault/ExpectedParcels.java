package io.sluice.cli.fault;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.avro.generic.GenericRecord;

/** What the stores of the poisoned pipeline must hold, folded from what was sent to it. */
final class ExpectedParcels {
  private static final long WINDOW = Duration.ofMinutes(1).toMillis();

  private final List<Poison> sent;

  ExpectedParcels(List<Poison> sent) {
    this.sent = List.copyOf(sent);
  }

  long sent() {
    return sent.size();
  }

  long duplicates() {
    return sent.stream().filter(poison -> poison.fate().equals(Poison.DUPLICATE)).count();
  }

  /** Rule to number of rejects. */
  Map<String, Long> rejected() {
    return sent.stream()
        .filter(Poison::isRejected)
        .collect(Collectors.groupingBy(Poison::fate, Collectors.counting()));
  }

  /** Rule to number of rows in {@code rejected/<view>}. */
  Map<String, Long> rejected(String view) {
    return sent.stream()
        .flatMap(poison -> poison.refused().stream())
        .filter(refusal -> refusal.view().equals(view))
        .collect(Collectors.groupingBy(Poison.Refusal::rule, Collectors.counting()));
  }

  /** A line for each row of silver. */
  List<String> silver() {
    return silver(poison -> true).stream()
        .map(
            parcel ->
                ParcelLines.silver(
                    parcel.get("id"),
                    ParcelLines.zone((String) parcel.get("zone")),
                    Instant.ofEpochMilli((Long) parcel.get("until")),
                    tax(parcel),
                    carrier(parcel)))
        .toList();
  }

  /**
   * A line for each row of the window view in Delta: of a sum that fits no column there is none.
   */
  List<String> gold() {
    return windows("arithmetic:worth");
  }

  /** A line for each row of the window view in PostgreSQL. */
  List<String> jdbcWindows() {
    return windows("arithmetic:worth", "postgres:22021", "postgres:54000");
  }

  private List<String> windows(String... refusals) {
    long last = sent.stream().filter(this::isSilver).mapToLong(this::window).max().orElseThrow();
    // The last window stays open, since nothing comes behind it.
    return lines(
        byZone(poison -> window(poison) < last, Poisons.WINDOWS, refusals),
        (zone, all) -> ParcelLines.window(zone, all.size(), grams(all), worth(all)));
  }

  /** A line for each row of the running view in PostgreSQL. */
  List<String> jdbcRunning() {
    return running("postgres:22021", "postgres:54000");
  }

  /** A line for each hash of the running view. */
  List<String> redisRunning() {
    return running("redis:WRONGTYPE");
  }

  private List<String> running(String... refusals) {
    return lines(
        byZone(poison -> true, Poisons.RUNNING, refusals),
        (zone, all) -> ParcelLines.running(zone, all.size(), grams(all)));
  }

  /** A line for each hash of the view of shares, in which no division by zero counts. */
  List<String> redisShares() {
    return lines(
        byZone(poison -> !poison.isRefused(Poisons.SHARES, "arithmetic:share"), Poisons.SHARES),
        (zone, all) ->
            ParcelLines.share(
                zone, all.stream().mapToDouble(ExpectedParcels::share).average().orElseThrow()));
  }

  private interface Line {
    String of(String zone, List<GenericRecord> parcels);
  }

  private static List<String> lines(Map<String, List<GenericRecord>> zones, Line line) {
    List<String> lines = new ArrayList<>();
    zones.forEach((zone, all) -> lines.add(line.of(ParcelLines.zone(zone), all)));
    return lines;
  }

  /** The parcels of silver by zone, without the zones that a store refuses. */
  private Map<String, List<GenericRecord>> byZone(
      Predicate<Poison> counts, String view, String... refusals) {
    Map<String, List<GenericRecord>> zones = new HashMap<>();
    for (GenericRecord parcel : silver(counts)) {
      zones.computeIfAbsent((String) parcel.get("zone"), zone -> new ArrayList<>()).add(parcel);
    }
    for (String rule : refusals) {
      silver(poison -> poison.isRefused(view, rule))
          .forEach(parcel -> zones.remove(parcel.get("zone")));
    }
    return zones;
  }

  private List<GenericRecord> silver(Predicate<Poison> counts) {
    return sent.stream().filter(this::isSilver).filter(counts).map(Poison::parcel).toList();
  }

  private boolean isSilver(Poison poison) {
    return poison.fate().equals(Poison.SILVER);
  }

  private long window(Poison poison) {
    return (Long) poison.parcel().get("at") / WINDOW;
  }

  private static BigInteger grams(List<GenericRecord> parcels) {
    return parcels.stream()
        .map(parcel -> BigInteger.valueOf((Long) parcel.get("grams")))
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  private static BigInteger worth(List<GenericRecord> parcels) {
    return parcels.stream().map(ExpectedParcels::worth).reduce(BigInteger.ZERO, BigInteger::add);
  }

  private static BigInteger worth(GenericRecord parcel) {
    return new BigInteger(((ByteBuffer) parcel.get("worth")).array());
  }

  private static BigInteger tax(GenericRecord parcel) {
    return worth(parcel).multiply(BigInteger.valueOf(orOne(parcel, "rate")));
  }

  private static double share(GenericRecord parcel) {
    return (double) (Long) parcel.get("grams") / orOne(parcel, "parts");
  }

  /** What the contract has for a field that the writer lacks. */
  private static long orOne(GenericRecord parcel, String field) {
    return parcel.hasField(field) ? (Long) parcel.get(field) : 1;
  }

  private static Object carrier(GenericRecord parcel) {
    boolean carried = parcel.hasField("carrier") && parcel.get("carrier") != null;
    return carried ? ((GenericRecord) parcel.get("carrier")).get("name") : null;
  }
}
