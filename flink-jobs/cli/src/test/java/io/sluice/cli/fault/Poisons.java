package io.sluice.cli.fault;

import io.sluice.cli.fault.Poison.Refusal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/**
 * Records that are known to have stopped a job, or could. Each says what must become of it, from
 * what the contract, the pipeline and the documentation of the stores promise.
 */
final class Poisons {
  static final String WINDOWS = "parcels_by_zone_1m";
  static final String RUNNING = "parcels_by_zone";
  static final String SHARES = "share_by_zone";

  /** The zone whose Redis key holds what somebody else has written. */
  static final String TAKEN = "taken";

  private static final long STILL_VALID = Instant.parse("2027-01-01T00:00:00Z").toEpochMilli();
  private static final long FOR_EVER = Instant.parse("9999-12-31T00:00:00Z").toEpochMilli();
  private static final long BEFORE_OUR_ERA = Instant.parse("-0043-03-15T00:00:00Z").toEpochMilli();
  private static final long FUTURE = Instant.parse("2100-01-01T00:00:00Z").toEpochMilli();

  /** A column of 38 digits holds one of them, but not two. */
  private static final BigInteger FORTUNE = BigInteger.TEN.pow(37).multiply(BigInteger.valueOf(9));

  /** Larger than a third of a page, which an index of PostgreSQL takes at most. */
  private static final int LONG_KEY = 6_000;

  private static final int OVER_ONE_MEGABYTE = 1_100_000;
  private static final int TWO_MEGABYTES = 2_000_000;

  private final ParcelWriters writers;
  private final Instant minute;
  private final Random random = new Random(13);
  private int round;
  private int parcels;
  private List<Poison> made = new ArrayList<>();

  /**
   * @param minute the one in which all parcels were sent but the last ones
   */
  Poisons(ParcelWriters writers, Instant minute) {
    this.writers = writers;
    this.minute = minute;
  }

  /** Every kind of poison once, with an ordinary record behind each. */
  List<Poison> nextRound() {
    round++;
    made = new ArrayList<>();
    addUndecodable();
    addBeyondTime();
    addInvalid();
    addDeadLettersThatDoNotFit();
    addStrangeSchemas();
    addStrangeButGood();
    addRefusedByStores();
    addBeyondNumbers();
    return made.stream().flatMap(poison -> Stream.of(poison, good("south"))).toList();
  }

  /** A record behind all windows of the others. */
  Poison closing() {
    return good("south", parcel -> parcel.put("at", minute.plusSeconds(600).toEpochMilli()));
  }

  private void addUndecodable() {
    add(raw("null_value", null));
    add(raw("empty_value", new byte[0]));
    add(raw("wrong_magic", "{\"id\": \"no Avro\"}".getBytes(StandardCharsets.UTF_8)));
    add(raw("truncated", new byte[] {0, 0, 0}));
    byte[] whole = writers.contract().encode(parcel("south"));
    // The last two fields are null, a byte each; before them is a number of several bytes.
    add(raw("truncated", Arrays.copyOf(whole, whole.length - 3)));
    add(raw("corrupt", Arrays.copyOf(whole, whole.length + 3)));
    add(raw("unknown_schema_id", writers.contract().unknown().encode(parcel("south"))));
    GenericRecord letter = new GenericData.Record(writers.anotherDataset().schema());
    letter.put("id", 7);
    letter.put("at", minute.toEpochMilli());
    add(raw("incompatible_schema", writers.anotherDataset().encode(letter)));
  }

  /** Tables count microseconds, which end in the year 294247. */
  private void addBeyondTime() {
    add(rejected("range:until", parcel -> parcel.put("until", Long.MAX_VALUE)));
    add(rejected("range:until", parcel -> parcel.put("until", Long.MIN_VALUE)));
    add(rejected("range:at", parcel -> parcel.put("at", Long.MAX_VALUE)));
    add(rejected("future:at", parcel -> parcel.put("at", FUTURE)));
  }

  private void addInvalid() {
    add(rejected("required:id", parcel -> parcel.put("id", null)));
    // The merge has it in its key.
    add(rejected("required:until", parcel -> parcel.put("until", null)));
    add(rejected("derive:tax", parcel -> put(parcel, FORTUNE, 10)));
  }

  /** The dead-letter topic takes a megabyte, and no time that is far from its broker's. */
  private void addDeadLettersThatDoNotFit() {
    add(rejected("minimum:grams", parcel -> refuse(parcel, "x".repeat(OVER_ONE_MEGABYTE))));
    add(rejected("minimum:grams", parcel -> refuse(parcel, noise(TWO_MEGABYTES))));
    add(rejected("minimum:grams", parcel -> refuse(parcel, null)).at(-1));
    add(rejected("minimum:grams", parcel -> refuse(parcel, null)).at(inThirtyDays()));
  }

  private void addStrangeSchemas() {
    GenericRecord carried = parcel(writers.withReference(), "south");
    GenericRecord carrier =
        new GenericData.Record(carried.getSchema().getField("carrier").schema().getTypes().get(1));
    carrier.put("name", "Hermes");
    carried.put("carrier", carrier);
    add(kept(writers.withReference(), carried));
    add(kept(writers.wrongDefault(), parcel(writers.wrongDefault(), "south")));
  }

  private void addStrangeButGood() {
    add(good("south", parcel -> parcel.put("until", FOR_EVER)));
    add(good("south", parcel -> parcel.put("until", BEFORE_OUR_ERA)));
    add(good("south").at(-1));
    add(good("south").at(inThirtyDays()));
    add(good(null));
    add(good(""));
    Poison twice = good("south");
    add(twice);
    add(
        new Poison(
            twice.key(), twice.value(), null, twice.parcel(), Poison.DUPLICATE, twice.refused()));
  }

  private void addRefusedByStores() {
    add(
        good(
            "nul\0" + round,
            new Refusal(WINDOWS, "postgres:22021"),
            new Refusal(RUNNING, "postgres:22021")));
    add(
        good(
            noise(LONG_KEY),
            new Refusal(WINDOWS, "postgres:54000"),
            new Refusal(RUNNING, "postgres:54000")));
    add(good(TAKEN, new Refusal(RUNNING, "redis:WRONGTYPE")));
  }

  private void addBeyondNumbers() {
    add(
        kept(
            changed("south", parcel -> parcel.put("parts", 0L)),
            new Refusal(SHARES, "arithmetic:share")));
    String heavy = "heavy " + round;
    add(good(heavy, parcel -> parcel.put("grams", Long.MAX_VALUE)));
    add(good(heavy, parcel -> parcel.put("grams", Long.MAX_VALUE)));
    String rich = "rich " + round;
    add(good(rich, parcel -> put(parcel, FORTUNE, 1)));
    add(
        kept(
            changed(rich, parcel -> put(parcel, FORTUNE, 1)),
            new Refusal(WINDOWS, "arithmetic:worth")));
  }

  private void add(Poison poison) {
    made.add(poison);
  }

  private Poison raw(String rule, byte[] value) {
    return new Poison(null, value, null, null, rule, List.of());
  }

  private Poison rejected(String rule, Consumer<GenericRecord> change) {
    GenericRecord parcel = changed("south", change);
    return new Poison(
        key(parcel), writers.contract().encode(parcel), null, parcel, rule, List.of());
  }

  private Poison good(String zone, Refusal... refused) {
    return kept(parcel(zone), refused);
  }

  private Poison good(String zone, Consumer<GenericRecord> change) {
    return kept(changed(zone, change));
  }

  private Poison kept(GenericRecord parcel, Refusal... refused) {
    return kept(writers.contract(), parcel, refused);
  }

  private Poison kept(ParcelWriter writer, GenericRecord parcel, Refusal... refused) {
    return new Poison(
        key(parcel), writer.encode(parcel), null, parcel, Poison.SILVER, List.of(refused));
  }

  private static byte[] key(GenericRecord parcel) {
    return String.valueOf(parcel.get("id")).getBytes(StandardCharsets.UTF_8);
  }

  private GenericRecord changed(String zone, Consumer<GenericRecord> change) {
    GenericRecord parcel = parcel(zone);
    change.accept(parcel);
    return parcel;
  }

  private GenericRecord parcel(String zone) {
    GenericRecord parcel = parcel(writers.contract(), zone);
    parcel.put("parts", 1L + parcels % 2);
    parcel.put("rate", 1L);
    return parcel;
  }

  /** Of its own moment within the minute. */
  private GenericRecord parcel(ParcelWriter writer, String zone) {
    parcels++;
    GenericRecord parcel = new GenericData.Record(writer.schema());
    parcel.put("id", "parcel-" + parcels);
    parcel.put("at", minute.plusMillis(parcels).toEpochMilli());
    parcel.put("zone", zone);
    parcel.put("grams", 1_000L + parcels);
    parcel.put("worth", bytes(BigInteger.valueOf(parcels)));
    parcel.put("until", STILL_VALID);
    return parcel;
  }

  private static void put(GenericRecord parcel, BigInteger worth, long rate) {
    parcel.put("worth", bytes(worth));
    parcel.put("rate", rate);
  }

  private static void refuse(GenericRecord parcel, String note) {
    parcel.put("grams", -1L);
    parcel.put("note", note);
  }

  private static ByteBuffer bytes(BigInteger number) {
    return ByteBuffer.wrap(number.toByteArray());
  }

  private static long inThirtyDays() {
    return Instant.now().plus(Duration.ofDays(30)).toEpochMilli();
  }

  /** Text that does not compress. */
  private String noise(int length) {
    StringBuilder text = new StringBuilder(length);
    random.ints(length, '!', '~').forEach(c -> text.append((char) c));
    return text.toString();
  }
}
