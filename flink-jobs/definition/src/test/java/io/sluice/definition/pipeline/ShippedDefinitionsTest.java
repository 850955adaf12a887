package io.sluice.definition.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definition.edit.KeptDefinition;
import io.sluice.definition.model.Column;
import io.sluice.definition.model.ColumnType.Decimal;
import io.sluice.definition.model.ColumnType.Simple;
import io.sluice.definition.model.Contract;
import io.sluice.definition.model.Expectation;
import io.sluice.definition.model.Expectation.Action;
import io.sluice.definition.model.Expectation.Check;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.model.Pipeline.SinkKind;
import io.sluice.definition.model.View;
import io.sluice.definition.model.Window;
import io.sluice.definition.yaml.Variables;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The files that the repository ships say what they are meant to say. */
class ShippedDefinitionsTest {
  private static final Path ROOT = Path.of("..", "..");
  private static final Path SCHEMAS = ROOT.resolve("schemas");
  private static final Path PIPELINE = ROOT.resolve("flink-jobs/pipelines/market-risk.yaml");

  private final Pipeline pipeline = PipelineLoader.load(PIPELINE, SCHEMAS);

  @Test
  void readsTheSource() {
    assertThat(pipeline.name()).isEqualTo("market-risk");
    Pipeline.Source source = pipeline.sources().get("trades");
    assertThat(source.topic()).isEqualTo("market-risk.trades.v1");
    assertThat(source.eventTime())
        .isEqualTo(
            new Pipeline.EventTime(
                "event_ts", Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofDays(1)));
    assertThat(source.dataset().domain()).isEqualTo("market-risk");
    assertThat(source.dataset().columns())
        .contains(
            new Column("trade_id", Simple.STRING, true),
            new Column("event_ts", Simple.TIMESTAMP_MICROS, false),
            new Column("side", Simple.STRING, false),
            new Column("price", new Decimal(18, 4), false),
            new Column("position_value", new Decimal(18, 2), true))
        .hasSize(12);
  }

  @Test
  void namesTheRulesOfTheContract() {
    Contract contract = pipeline.sources().get("trades").dataset().contract();
    assertThat(contract.id()).isEqualTo("market-risk.trades");
    assertThat(contract.primaryKey()).containsExactly("trade_id");
    assertThat(contract.expectations())
        .extracting(Expectation::rule)
        .containsExactly(
            "required:trade_id",
            "pattern:symbol",
            "required:position_value",
            "minimum:position_value",
            "maximum:position_value",
            "known_currency",
            "freshness:event_ts");
    assertThat(contract.expectations()).allMatch(rule -> rule.action() == Action.QUARANTINE);
    assertThat(contract.expectations())
        .extracting(Expectation::check)
        .contains(
            new Check.Pattern("^[A-Z]{1,5}$"),
            new Check.ValidValues(Set.of("USD", "EUR", "GBP", "JPY", "CHF")),
            new Check.Freshness(Duration.ofMinutes(5)));
  }

  @Test
  void typesDerivationsAndViews() {
    Pipeline.Silver silver = pipeline.silver().get("trades");
    assertThat(silver.derive())
        .extracting(derivation -> derivation.name() + " " + derivation.expression().type())
        .containsExactly("event_date DATE", "signed_quantity LONG", "notional decimal(37, 4)");
    assertThat(silver.deduplicate())
        .contains(new Pipeline.Deduplicate(List.of("trade_id", "event_ts"), Duration.ofHours(24)));
    assertThat(silver.write().partitionBy()).containsExactly("event_date");
    assertThat(silver.write().upsert())
        .contains(
            new Pipeline.Upsert(List.of("trade_id", "event_date"), "event_ts", Optional.empty()));

    View.Windowed exposure = (View.Windowed) pipeline.gold().get("exposure_by_book_1m");
    assertThat(exposure.window())
        .isEqualTo(new Window.Tumbling(Duration.ofMinutes(1), Duration.ofSeconds(30)));
    assertThat(exposure.key()).containsExactly("book", "currency");
    assertThat(exposure.sinks()).containsExactlyInAnyOrder(SinkKind.DELTA, SinkKind.JDBC);
    assertThat(exposure.aggregates())
        .extracting(aggregate -> aggregate.name() + " " + aggregate.type())
        .containsExactly(
            "gross_notional decimal(38, 4)", "net_quantity decimal(38, 0)", "trades LONG");

    View position = pipeline.gold().get("position_by_book");
    assertThat(position).isInstanceOf(View.Running.class);
    assertThat(position.aggregates())
        .extracting(aggregate -> aggregate.name() + " " + aggregate.type())
        .containsExactly("position decimal(38, 2)", "last_event TIMESTAMP_MICROS");
  }

  /** What is kept with the state; savepoints are compared with it. */
  @Test
  void keepsTheTextOfCalls() {
    assertThat(KeptDefinition.first(pipeline).lines())
        .contains(
            "DATASET\ttrades\twrite.key\ttrade_id (string or null), event_date = date(event_ts) (date or null)");
  }

  @Test
  void validatesEachFileOnItsOwn() {
    Path folder = SCHEMAS.resolve("market-risk");
    List<Path> files =
        List.of(folder.resolve("trades.avsc"), folder.resolve("trades.odcs.yaml"), PIPELINE);
    assertThat(PipelineLoader.validate(files, file -> SCHEMAS, Variables.own())).isEmpty();
    assertThat(PipelineLoader.loadContract(folder.resolve("trades.odcs.yaml")).version())
        .isEqualTo("1.0.0");
    assertThat(PipelineLoader.loadDataset("trades", SCHEMAS).name()).isEqualTo("trades");
  }
}
