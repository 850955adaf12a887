package io.sluice.definition.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.definition.model.Aggregate;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.pipeline.PipelineLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Edits of one pipeline file, each with its verdict. */
class EditsTest {
  private static final String PIPELINE =
      """
      apiVersion: sluice/v1
      kind: Pipeline
      name: shop
      sources:
        orders:
          topic: orders.v1
          format: confluent-avro
          eventTime: {field: ts, maxOutOfOrderness: 5s, idleness: 30s}
      silver:
        orders:
          derive: {twice: "amount * 2", fourfold: "twice * 2", day: "date(ts)", half: "amount / 2"}
          deduplicate: {by: [id], retain: 24h}
          write: {mode: upsert, key: [id, day], orderBy: ts, partitionBy: [day]}
      gold:
        by_shop_1m:
          from: orders
          key: [shop]
          window: {tumbling: 1m, allowedLateness: 10s}
          aggregate: {total: "sum(fourfold)", orders: "count()"}
          sinks: [delta, jdbc]
        by_shop:
          from: orders
          key: [shop, day]
          running: true
          aggregate: {mean: "avg(amount)", last: "max(ts)"}
          sinks: [redis]
      connections:
        kafka: {bootstrapServers: "${SLUICE_KAFKA}"}
        registry: {url: "${SLUICE_REGISTRY}"}
        lake: {root: "${SLUICE_LAKE}"}
        redis: {uri: "${SLUICE_REDIS}", keyPrefix: "sluice:"}
        jdbc: {url: "${SLUICE_JDBC}"}
      """;

  private static final String SCHEMA =
      """
      {"type": "record", "name": "Order", "fields": [
        {"name": "id", "type": ["null", "string"], "default": null},
        {"name": "ts", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "sent", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}},
        {"name": "pieces", "type": "int"},
        {"name": "shop", "type": "string"}]}
      """;

  private static final String CONTRACT =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: test.orders
      name: orders
      version: 1.0.0
      status: active
      schema:
        - name: orders
          logicalType: object
          properties:
            - {name: id, logicalType: string, required: true}
      """;

  private static final String SECOND_VIEW =
      "gold:\n  by_day: {from: orders, key: [day], window: {tumbling: 1h}, aggregate: {n: count()}, sinks: [delta]}\n";

  /** Noon and a half minute. */
  private static final long NEWEST = 43_230_000;

  @TempDir private Path folder;
  private KeptDefinition before;

  @BeforeEach
  void writeDefinitions() throws IOException {
    Files.writeString(folder.resolve("orders.avsc"), SCHEMA);
    Files.writeString(folder.resolve("orders.odcs.yaml"), CONTRACT);
    before = KeptDefinition.first(load(PIPELINE));
  }

  private Pipeline load(String text) throws IOException {
    Path file = folder.resolve("pipeline.yaml");
    Files.writeString(file, text);
    return PipelineLoader.load(file, folder);
  }

  private Pipeline edited(String was, String is) throws IOException {
    assertThat(PIPELINE).contains(was);
    return load(PIPELINE.replace(was, is));
  }

  private Edits edit(String was, String is, String... restart) throws IOException {
    return Edits.between(before, edited(was, is), List.of(restart), Map.of("orders", NEWEST));
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          tumbling: 1m | tumbling: 5m | view by_shop_1m: window was 1m and is now 5m.
          tumbling: 1m | tumbling: 30s | view by_shop_1m: window was 1m and is now 30s.
          allowedLateness: 10s | allowedLateness: 1m | view by_shop_1m: allowedLateness was 10s and is now 1m.
          window: {tumbling: 1m, allowedLateness: 10s}\\n    aggregate: {total: "sum(fourfold)", orders: "count()"}\\n    sinks: [delta, jdbc] | running: true\\n    aggregate: {total: "sum(fourfold)", orders: "count()"}\\n    sinks: [jdbc] | view by_shop_1m: window was 1m and is now none (running); allowedLateness is gone, which was 10s.
          running: true\\n    aggregate: {mean: "avg(amount)", last: "max(ts)"}\\n    sinks: [redis] | window: {tumbling: 1m}\\n    aggregate: {mean: "avg(amount)", last: "max(ts)"}\\n    sinks: [jdbc] | view by_shop: window was none (running) and is now 1m; allowedLateness is new: 0s.
          orders: "count()" | orders: "count()", least: "min(amount)" | view by_shop_1m: aggregate least is new: min(amount) as decimal(10, 2).
          , orders: "count()" | `` | view by_shop_1m: aggregate orders is gone, which was count() as long.
          sum(fourfold) | sum(twice) | view by_shop_1m: aggregate total was sum((amount * 2) * 2) as decimal(38, 2) and is now sum(amount * 2) as decimal(38, 2).
          sum(fourfold) | max(fourfold) | view by_shop_1m: aggregate total was
          twice: "amount * 2" | twice: "amount * 3" | view by_shop_1m: aggregate total was sum((amount * 2) * 2) as decimal(38, 2) and is now sum((amount * 3) * 2) as decimal(38, 2).
          key: [shop]\\n | key: [shop, day]\\n | view by_shop_1m: key was shop (string) and is now shop (string), day = date(ts) (date or null).
          key: [shop, day] | key: [day, shop] | view by_shop: key was shop (string), day = date(ts) (date or null) and is now
          avg(amount) | avg(pieces) | view by_shop: aggregate mean was avg(amount) as decimal(38, 6) of scale 2 and is now avg(pieces) as double.
          deduplicate: {by: [id] | deduplicate: {by: [id, shop] | deduplicate orders: by was id (string or null) and is now id (string or null), shop (string).
          field: ts | field: sent | dataset orders: eventTime.field was ts (timestamp-millis) and is now sent (timestamp-millis).
          topic: orders.v1 | topic: orders.v2 | dataset orders: topic was orders.v1 and is now orders.v2.
          {mode: upsert, key: [id, day], orderBy: ts, partitionBy: [day]} | {mode: append, partitionBy: [day]} | dataset orders: write.mode was upsert and is now append; write.key is gone
          key: [id, day], | key: [day, id], | dataset orders: write.key was
          orderBy: ts | orderBy: sent | dataset orders: write.orderBy was ts (timestamp-millis) and is now sent (timestamp-millis).
          , partitionBy: [day] | `` | dataset orders: write.partitionBy was day and is now nothing.
          day: "date(ts)" | day: "date(sent)" | view by_shop: key was
          name: shop\\n | name: store\\n | The savepoint belongs to another pipeline than store.
          """)
  void isRefused(String was, String is, String reason) {
    assertThatThrownBy(() -> edit(lines(was), lines(is)))
        .isInstanceOf(EditRefusedException.class)
        .hasMessageContaining(reason);
  }

  private static final Store REGISTRY = new Store(Store.Kind.REGISTRY, "orders");
  private static final Store REDIS = new Store(Store.Kind.REDIS, "by_shop");
  private static final Store POSTGRESQL = new Store(Store.Kind.POSTGRESQL, "by_shop_1m");

  /** An edit on state that was saved beside three stores. */
  private Edits beside(
      Map<Store, String> now, List<Store.Kind> accepted, String was, String is, String... restart)
      throws IOException {
    before =
        Edits.none(load(PIPELINE))
            .keeping(Map.of(REGISTRY, "7:ab", REDIS, "r", POSTGRESQL, "p"))
            .definition();
    before = KeptDefinition.parse(before.lines());
    return edit(was, is, restart)
        .beside((store, kept) -> Optional.ofNullable(now.get(store)), accepted);
  }

  @Test
  void theStoresOfTheStateGoOn() throws IOException {
    Map<Store, String> same = Map.of(REGISTRY, "7:ab", REDIS, "r", POSTGRESQL, "p");
    assertThat(beside(same, List.of(), "name: shop", "name: shop").notes()).isEmpty();
    assertThat(before.stores()).isEqualTo(same);
    // Whoever cannot ask says nothing.
    assertThat(beside(Map.of(), List.of(), "name: shop", "name: shop").notes()).isEmpty();
    // State of a version that kept no ids.
    before = KeptDefinition.first(load(PIPELINE));
    assertThat(edit("name: shop", "name: shop").beside((store, kept) -> fail(), List.of()).notes())
        .isEmpty();
  }

  private static Optional<String> fail() {
    throw new AssertionError("asked");
  }

  @Test
  void storesInPlaceOfThoseOfTheStateAreRefused() {
    Map<Store, String> others = Map.of(REGISTRY, "", REDIS, "", POSTGRESQL, "q");
    assertThatThrownBy(() -> beside(others, List.of(), "name: shop", "name: shop"))
        .isInstanceOf(EditRefusedException.class)
        .hasMessageContaining("dataset orders: the schema registry does not know the schema")
        .hasMessageContaining("To go on with what is there all the same: --accept-new registry.")
        .hasMessageContaining("view by_shop: Redis no longer holds the view that it held")
        .hasMessageContaining("with --restart-view by_shop, or start without the savepoint")
        .hasMessageContaining("view by_shop_1m: PostgreSQL holds another view of that name");
  }

  @Test
  void otherStoresAreAcceptedOrServeWhatBeginsAnew() throws IOException {
    Map<Store, String> others = Map.of(REGISTRY, "7:ab", REDIS, "", POSTGRESQL, "q");
    Edits edits =
        beside(others, List.of(Store.Kind.REDIS), "name: shop", "name: shop", "by_shop_1m");
    assertThat(edits.notes())
        .contains(
            "view by_shop: Redis is another one or lost the view; accepted: rows appear with the next result of their key")
        .anyMatch(note -> note.startsWith("view by_shop_1m begins anew"));
    assertThat(
            beside(Map.of(REGISTRY, ""), List.of(Store.Kind.REGISTRY), "name: shop", "name: shop")
                .notes())
        .containsExactly(
            "dataset orders: the schema registry is another one or lost the schema; accepted: stored records whose ids it does not know are rejected (unknown_schema_id)");
    // A sink that is no longer there does not matter.
    assertThat(beside(others, List.of(Store.Kind.REDIS), "[delta, jdbc]", "[delta]").notes())
        .contains("view by_shop_1m no longer writes to jdbc: what it wrote stays");
  }

  @Test
  void aNewViewWithTheNameOfADatasetHidesNoOtherRegistry() {
    Map<Store, String> others = Map.of(REGISTRY, "7:cd", POSTGRESQL, "p");
    assertThatThrownBy(() -> beside(others, List.of(), "  by_shop:\n", "  orders:\n"))
        .isInstanceOf(EditRefusedException.class)
        .hasMessageContaining("dataset orders: the schema registry");
  }

  /** In a table of tests a line ends with \n. */
  private static String lines(String text) {
    return text.replace("\\n", "\n");
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          name: shop | name: shop
          maxOutOfOrderness: 5s, idleness: 30s | maxOutOfOrderness: 9s, idleness: 10s
          half: "amount / 2" | half: "amount / 4"
          , half: "amount / 2" | ``
          day: "date(ts)" | day: "date(ts)", hour: "hour(ts)"
          total: "sum(fourfold)" | total: "sum(amount * 2 * 2)"
          tumbling: 1m, allowedLateness: 10s | tumbling: 60s, allowedLateness: 10000ms
          """)
  void goesOnWithoutAWord(String was, String is) throws IOException {
    Edits edits = edit(was, is);
    assertThat(edits.notes()).isEmpty();
    assertThat(edits.begun()).isEmpty();
    assertThat(edits.leavesStateOut()).isFalse();
    assertThat(edits.definition().start("by_shop_1m")).isEqualTo(ViewStart.FIRST);
  }

  @Test
  void aWiderContractGoesOnWhereStateKeepsItsTypes() throws IOException {
    Files.writeString(
        folder.resolve("orders.avsc"),
        SCHEMA.replace("\"pieces\", \"type\": \"int\"", "\"pieces\", \"type\": \"long\""));
    String pieces = PIPELINE.replace("sum(fourfold)", "sum(pieces)");
    Pipeline wide = load(pieces);
    Files.writeString(folder.resolve("orders.avsc"), SCHEMA);
    KeptDefinition narrow = KeptDefinition.first(load(pieces));
    assertThat(Edits.between(narrow, wide, List.of(), Map.of()).notes()).isEmpty();
  }

  @Test
  void movedAggregatesKeepTheOrderOfTheState() throws IOException {
    Edits edits =
        edit(
            "total: \"sum(fourfold)\", orders: \"count()\"",
            "orders: \"count()\", total: \"sum(fourfold)\"");
    assertThat(edits.pipeline().gold().get("by_shop_1m").aggregates())
        .extracting(Aggregate::name)
        .containsExactly("total", "orders");
    assertThat(edits.notes()).isEmpty();
  }

  @Test
  void aNewViewBeginsWithItsFirstWholeWindow() throws IOException {
    Edits edits = edit("gold:\n", SECOND_VIEW);
    assertThat(edits.begun()).containsExactly("by_day");
    assertThat(edits.definition().start("by_day")).isEqualTo(new ViewStart(1, NEWEST + 1));
    assertThat(edits.leavesStateOut()).isFalse();
    assertThat(edits.notes())
        .containsExactly(
            "view by_day is new: it counts from the savepoint on; its first window begins at 1970-01-01T13:00:00Z, as windows before it would lack events");
  }

  @Test
  void aViewIsLeftOutAndComesBackAnew() throws IOException {
    KeptDefinition second =
        Edits.between(before, edited("gold:\n", SECOND_VIEW), List.of(), Map.of()).definition();
    Edits gone = Edits.between(second, load(PIPELINE), List.of(), Map.of());
    assertThat(gone.leavesStateOut()).isTrue();
    assertThat(gone.notes())
        .containsExactly(
            "view by_day is gone: its state is left out, open windows with it; what it wrote stays");
    Edits back =
        Edits.between(
            reread(gone.definition()), edited("gold:\n", SECOND_VIEW), List.of(), Map.of());
    assertThat(back.definition().start("by_day").generation()).isEqualTo(2);
  }

  @Test
  void aViewBeginsAnewWhenItIsToldTo() throws IOException {
    Edits edits = edit("tumbling: 1m", "tumbling: 5m", "by_shop_1m");
    assertThat(edits.begun()).containsExactly("by_shop_1m");
    assertThat(edits.definition().start("by_shop_1m")).isEqualTo(new ViewStart(1, NEWEST + 1));
    assertThat(edits.definition().start("by_shop")).isEqualTo(ViewStart.FIRST);
    assertThat(edits.leavesStateOut()).isTrue();
    assertThat(edits.notes())
        .singleElement()
        .asString()
        .contains("view by_shop_1m begins anew", "1970-01-01T12:05:00Z");
    assertThat(new ViewStart(2, 0).firstVersion()).isEqualTo(1L << 41);
  }

  @Test
  void itsStartIsRememberedByTheNextSavepoint() throws IOException {
    KeptDefinition kept = reread(edit("tumbling: 1m", "tumbling: 5m", "by_shop_1m").definition());
    Edits next = Edits.between(kept, edited("tumbling: 1m", "tumbling: 5m"), List.of(), Map.of());
    assertThat(next.definition()).isEqualTo(kept);
    assertThat(next.notes()).isEmpty();
  }

  @Test
  void onlyViewsOfThePipelineBeginAnew() {
    assertThatThrownBy(() -> edit("name: shop", "name: shop", "by_shopp"))
        .isInstanceOf(EditRefusedException.class)
        .hasMessageContaining(
            "--restart-view by_shopp: the pipeline has no view of that name; its views: by_shop_1m, by_shop.");
  }

  @Test
  void everyReasonIsTold() {
    assertThatThrownBy(
            () ->
                Edits.between(
                    before,
                    load(PIPELINE.replace("1m, ", "2m, ").replace("by: [id]", "by: [shop]")),
                    List.of(),
                    Map.of()))
        .hasMessageContaining("view by_shop_1m: window")
        .hasMessageContaining("--restart-view by_shop_1m.")
        .hasMessageContaining("deduplicate orders: by")
        .hasMessageContaining("start without the savepoint");
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          deduplicate: {by: [id], retain: 24h} | `` | true | deduplicate of orders is gone: its state is left out, repeats pass from now on
          retain: 24h | retain: 48h | false | deduplicate of orders remembers keys for 2d, was 1d: keys that were forgotten by then stay forgotten
          orderBy: ts, | orderBy: ts, indexRetain: 30d, | false | silver of orders remembers keys for 30d, was for ever: rows of keys that were forgotten by then are looked up in the table
          sinks: [delta, jdbc] | sinks: [jdbc] | true | view by_shop_1m no longer writes to delta: what it wrote stays
          sinks: [redis] | sinks: [redis, jdbc] | false | view by_shop writes to jdbc from the savepoint on: a row comes there with the next result of its key
          """)
  void isToldInASentence(String was, String is, boolean leavesOut, String note) throws IOException {
    Edits edits = edit(was, is);
    assertThat(edits.notes()).containsExactly(note);
    assertThat(edits.leavesStateOut()).isEqualTo(leavesOut);
    assertThat(edits.begun()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          indexRetain: 7d, | remembers keys for 7d, was 30d
          '' | remembers keys for ever, was 30d
          """)
  void anotherRetentionOfTheIndexIsToldInASentence(String is, String note) throws IOException {
    String until = "orderBy: ts, ";
    KeptDefinition then = KeptDefinition.first(edited(until, until + "indexRetain: 30d, "));
    Edits edits =
        Edits.between(then, edited(until, until + is + " "), List.of(), Map.of("orders", NEWEST));
    assertThat(edits.notes()).singleElement().asString().contains(note);
  }

  @Test
  void theDefinitionIsReadBackAsItWasWritten() {
    assertThat(reread(before)).isEqualTo(before);
  }

  private static Map<String, TopicLife> life(String id, int number) {
    return Map.of("orders", new TopicLife(id, number));
  }

  private Edits goesOn(KeptDefinition from, Map<String, TopicLife> lives) throws IOException {
    return Edits.between(from, load(PIPELINE), List.of(), Map.of()).reading(lives);
  }

  @Test
  void offsetsOfATopicThatIsGoneAreRefused() throws IOException {
    Edits first = Edits.none(load(PIPELINE), life("a", 0));
    KeptDefinition kept = reread(first.definition());
    assertThat(kept.topics()).containsExactly(Map.entry("orders", "a"));
    assertThat(goesOn(kept, life("a", 0)).definition().topics()).isEqualTo(kept.topics());
    assertThatThrownBy(() -> goesOn(kept, life("b", 1)))
        .isInstanceOf(EditRefusedException.class)
        .hasMessageContainingAll(
            "dataset orders: the topic ",
            "deleted and made again",
            "without the savepoint",
            "reset");
    assertThatThrownBy(() -> goesOn(kept, life("", 0)))
        .hasMessageContaining("was deleted since the state was saved");
  }

  @Test
  void stateOfVersionsThatKeptNoIdGoesOnWhileTheTablesKnowNoOtherTopic() throws IOException {
    assertThat(before.topics()).isEmpty();
    assertThat(goesOn(before, life("a", 0)).definition().topics()).containsEntry("orders", "a");
    assertThatThrownBy(() -> goesOn(before, life("b", 1))).isInstanceOf(EditRefusedException.class);
  }

  @Test
  void viewsOfATopicThatWasMadeAgainBeginBehindTheVersionsOfBefore() throws IOException {
    Edits first = Edits.none(load(PIPELINE), life("a", 0));
    Edits again = Edits.none(load(PIPELINE), life("b", 1));
    assertThat(first.definition().start("by_shop")).isEqualTo(ViewStart.FIRST);
    assertThat(again.definition().start("by_shop").firstVersion())
        .isGreaterThan(new ViewStart(999, 0).firstVersion());
  }

  private static KeptDefinition reread(KeptDefinition definition) {
    return KeptDefinition.parse(definition.lines());
  }
}
