package io.sluice.cli.demo.trade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.demo.trade.TradeEncoder.Message;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Conversions;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.junit.jupiter.api.Test;

class TradeGeneratorTest {
  private static final int COUNT = 4_000;
  private static final long START = 1_790_000_000_000_000L;
  private static final int SCHEMA_ID = 7;

  private final Schema schema = schema();
  private final DemoEvents events = new DemoEvents(COUNT);
  private final List<Message> messages = generate(42, events);

  private static List<Message> generate(long seed, DemoEvents events) {
    var generator = new TradeGenerator(new TradeMix(COUNT, 0.1, seed), seed, SCHEMA_ID, events);
    var messages = new ArrayList<Message>();
    for (int i = 0; i < COUNT; i++) {
      messages.add(generator.next(START + i * 500L));
    }
    return messages;
  }

  @Test
  void sameSeedGivesTheSameBytes() {
    List<Message> again = generate(42, new DemoEvents(COUNT));
    for (int i = 0; i < COUNT; i++) {
      assertThat(again.get(i).key()).isEqualTo(messages.get(i).key());
      assertThat(again.get(i).value()).isEqualTo(messages.get(i).value());
    }
    assertThat(generate(43, new DemoEvents(COUNT)).get(0).value())
        .isNotEqualTo(messages.get(0).value());
  }

  @Test
  void everyDecodableRecordReadsBackWithAvrosOwnReader() throws IOException {
    for (int i = 0; i < COUNT; i++) {
      if (events.kind(i).rule().isEmpty()) {
        GenericRecord trade = decode(messages.get(i).value());
        assertThat(trade.get("trade_id")).hasToString(new String(messages.get(i).key()));
        assertThat(trade.get("status")).hasToString(status(events.kind(i)));
        assertThat(trade.get("event_ts")).isEqualTo(events.eventMicros(i));
        assertThat(trade.get("book")).hasToString(Market.BOOKS.get(events.book(i)));
        assertThat(trade.get("currency")).hasToString(Market.CURRENCIES.get(events.currency(i)));
        assertThat(trade.get("symbol").toString()).matches("[A-Z]{1,5}");
        assertThat(trade.get("side")).hasToString(events.signedQuantity(i) < 0 ? "SELL" : "BUY");
        assertThat(trade.get("quantity")).isEqualTo((long) Math.abs(events.signedQuantity(i)));
        assertThat(trade.get("price")).isEqualTo(BigDecimal.valueOf(events.price(i), 4));
        assertThat(trade.get("position_value"))
            .isEqualTo(BigDecimal.valueOf(events.position(i), 2));
      }
    }
  }

  private static String status(TradeKind kind) {
    return kind.isChange() ? kind.name() : "NEW";
  }

  @Test
  void aChangeComesUnderTheIdOfACleanTradeOnce() {
    var changed = new HashSet<Integer>();
    for (int i = 0; i < COUNT; i++) {
      if (events.kind(i).isChange()) {
        int original = events.trade(i);
        assertThat(changed.add(original)).isTrue();
        assertThat(events.kind(original)).isEqualTo(TradeKind.CLEAN);
        assertThat(messages.get(i).key()).isEqualTo(messages.get(original).key());
        assertThat(events.eventMicros(i)).isNotEqualTo(events.eventMicros(original));
        assertThat(events.book(i)).isEqualTo(events.book(original));
      }
    }
    assertThat(changed).hasSizeGreaterThan(COUNT / 100);
  }

  @Test
  void everyKindOfDirtIsWhatItSays() throws IOException {
    assertThat(decode(only(TradeKind.NULL_TRADE_ID)).get("trade_id")).isNull();
    assertThat(messages.get(first(TradeKind.NULL_TRADE_ID)).key()).isNull();
    assertThat(decode(only(TradeKind.NULL_POSITION)).get("position_value")).isNull();
    assertThat((BigDecimal) decode(only(TradeKind.POSITION_TOO_LARGE)).get("position_value"))
        .isGreaterThan(new BigDecimal("1e12"));
    assertThat((BigDecimal) decode(only(TradeKind.POSITION_TOO_SMALL)).get("position_value"))
        .isLessThan(new BigDecimal("-1e12"));
    assertThat(decode(only(TradeKind.BAD_SYMBOL)).get("symbol").toString())
        .doesNotMatch("[A-Z]{1,5}");
    assertThat(decode(only(TradeKind.UNKNOWN_CURRENCY)).get("currency")).hasToString("ZZZ");
    assertThat(only(TradeKind.NULL_VALUE)).isNull();
    assertThat(only(TradeKind.EMPTY_VALUE)).isEmpty();
    assertThat(only(TradeKind.WRONG_MAGIC)[0]).isNotZero();
    assertThat(Arrays.copyOfRange(only(TradeKind.UNKNOWN_SCHEMA_ID), 1, 5))
        .isNotEqualTo(new byte[] {0, 0, 0, SCHEMA_ID});
    assertThatThrownBy(() -> decode(only(TradeKind.TRUNCATED))).isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> decode(only(TradeKind.CORRUPT)))
        .isInstanceOfAny(AvroRuntimeException.class, IndexOutOfBoundsException.class);
  }

  @Test
  void aDuplicateRepeatsBytesAndKeyOfAnEarlierCleanRecord() {
    int duplicate = first(TradeKind.DUPLICATE);
    int origin = events.origin(duplicate);
    assertThat(origin).isLessThan(duplicate);
    assertThat(events.kind(origin)).isEqualTo(TradeKind.CLEAN);
    assertThat(messages.get(duplicate).value()).isEqualTo(messages.get(origin).value());
    assertThat(messages.get(duplicate).key()).isEqualTo(messages.get(origin).key());
  }

  @Test
  void onlyStaleRecordsAreOlderThanTheContractAllows() {
    for (int i = 0; i < COUNT; i++) {
      boolean old = events.sendMicros(i) - events.eventMicros(i) > 300_000_000L;
      assertThat(old).as("event %d", i).isEqualTo(events.kind(i) == TradeKind.STALE);
    }
  }

  @Test
  void dirtHasItsShareAndEveryKindOccurs() {
    var mix = new TradeMix(COUNT, 0.1, 1);
    int changes = mix.count(TradeKind.AMENDED) + mix.count(TradeKind.CANCELLED);
    assertThat(changes).isEqualTo(COUNT / 100 + COUNT / 200);
    assertThat(COUNT - mix.count(TradeKind.CLEAN)).isEqualTo(COUNT / 10 + changes);
    var little = new TradeMix(1_000, 0.000_1, 1);
    for (TradeKind kind : TradeKind.values()) {
      assertThat(little.count(kind)).as("%s", kind).isPositive();
    }
    assertThat(new TradeMix(1_000, 0, 1).count(TradeKind.CLEAN)).isEqualTo(1_000 - 10 - 5);
    assertThat(mix)
        .isEqualTo(new TradeMix(COUNT, 0.1, 1))
        .isNotEqualTo(new TradeMix(COUNT, 0.1, 2));
  }

  @Test
  void fewSymbolsAreTradedMost() throws IOException {
    var counts = new HashMap<String, Integer>();
    for (int i = 0; i < COUNT; i++) {
      if (events.kind(i) == TradeKind.CLEAN) {
        counts.merge(decode(messages.get(i).value()).get("symbol").toString(), 1, Integer::sum);
      }
    }
    int most = counts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    assertThat(most).isGreaterThan(10 * COUNT / Market.SYMBOLS);
    assertThat(counts).hasSizeGreaterThan(Market.SYMBOLS / 2);
  }

  @Test
  void decimalsHaveAvrosShortestForm() throws IOException {
    for (long value : new long[] {0, 1, -1, 127, 128, -128, -129, 32_767, 32_768, 5L << 40}) {
      var buffer = new AvroBuffer();
      buffer.writeDecimal(value);
      byte[] content =
          DecoderFactory.get()
              .binaryDecoder(buffer.copy(0, buffer.size()), null)
              .readBytes(null)
              .array();
      assertThat(content).isEqualTo(BigInteger.valueOf(value).toByteArray());
    }
  }

  private int first(TradeKind kind) {
    for (int i = 0; i < COUNT; i++) {
      if (events.kind(i) == kind) {
        return i;
      }
    }
    throw new AssertionError("no event of kind " + kind);
  }

  private byte[] only(TradeKind kind) {
    return messages.get(first(kind)).value();
  }

  private GenericRecord decode(byte[] value) throws IOException {
    var model = new GenericData();
    model.addLogicalTypeConversion(new Conversions.DecimalConversion());
    var reader = new GenericDatumReader<GenericRecord>(schema, schema, model);
    var decoder = DecoderFactory.get().binaryDecoder(value, 5, value.length - 5, null);
    GenericRecord trade = reader.read(null, decoder);
    assertThat(decoder.isEnd()).isTrue();
    return trade;
  }

  /** The shipped schema: the generator must write what it says. */
  private static Schema schema() {
    try {
      return new Schema.Parser().parse(Path.of("../../schemas/market-risk/trades.avsc").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
