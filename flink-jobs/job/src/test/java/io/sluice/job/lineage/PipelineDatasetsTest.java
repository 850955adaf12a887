package io.sluice.job.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.pipeline.PipelineLoader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.JobID;
import org.junit.jupiter.api.Test;

/** Inputs, outputs and column lineage of the shipped pipeline. */
class PipelineDatasetsTest {
  private static final Path REPOSITORY = Path.of("..", "..");
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "SLUICE_KAFKA", "kafka:9092",
          "SLUICE_REGISTRY", "http://user:canary@registry:8080",
          "SLUICE_LAKE", "s3://company/lake",
          "SLUICE_REDIS", "redis://user:canary@cache:6379",
          "SLUICE_JDBC", "jdbc:postgresql://db:5432/sluice?user=sluice&password=canary");

  private final Pipeline pipeline =
      PipelineLoader.load(
          REPOSITORY.resolve("flink-jobs/pipelines/market-risk.yaml"),
          REPOSITORY.resolve("schemas"));
  private final ObjectNode datasets = PipelineDatasets.of(pipeline, ENVIRONMENT::get);

  private static List<String> names(JsonNode datasets) {
    List<String> names = new ArrayList<>();
    datasets.forEach(
        dataset ->
            names.add(dataset.get("namespace").asText() + " " + dataset.get("name").asText()));
    return names;
  }

  private static JsonNode find(JsonNode datasets, String name) {
    return StreamSupport.stream(datasets.spliterator(), false)
        .filter(dataset -> dataset.get("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Columns and what they come from, such as {@code quantity DIRECT TRANSFORMATION}. */
  private Map<String, List<String>> lineage(String output) {
    Map<String, List<String>> columns = new TreeMap<>();
    find(datasets.get("outputs"), output)
        .at("/facets/columnLineage/fields")
        .properties()
        .forEach(
            field -> columns.put(field.getKey(), origins(field.getValue().get("inputFields"))));
    return columns;
  }

  private List<String> rows(String output) {
    return origins(find(datasets.get("outputs"), output).at("/facets/columnLineage/dataset"));
  }

  private static List<String> origins(JsonNode fields) {
    List<String> origins = new ArrayList<>();
    fields.forEach(
        field -> {
          assertThat(field.get("namespace").asText()).isEqualTo("kafka://kafka:9092");
          assertThat(field.get("name").asText()).isEqualTo("market-risk.trades.v1");
          field
              .get("transformations")
              .forEach(
                  how ->
                      origins.add(
                          "%s %s %s"
                              .formatted(
                                  field.get("field").asText(),
                                  how.get("type").asText(),
                                  how.get("subtype").asText())));
        });
    return origins;
  }

  @Test
  void everyTopicTableAndViewIsThere() {
    assertThat(names(datasets.get("inputs")))
        .containsExactly("kafka://kafka:9092 market-risk.trades.v1");
    assertThat(names(datasets.get("outputs")))
        .containsExactly(
            "s3://company lake/bronze/trades",
            "s3://company lake/silver/trades",
            "s3://company lake/quarantine/trades",
            "kafka://kafka:9092 market-risk.trades.v1.dlq",
            "s3://company lake/gold/exposure_by_book_1m",
            "s3://company lake/late/exposure_by_book_1m",
            "s3://company lake/rejected/exposure_by_book_1m",
            "postgres://db:5432 sluice.public.exposure_by_book_1m",
            "s3://company lake/rejected/position_by_book",
            "redis://cache:6379 0.sluice:position_by_book",
            "s3://company lake/ledger/market-risk");
  }

  @Test
  void derivationsComeFromTheFieldsOfTheirExpressions() {
    assertThat(lineage("lake/silver/trades"))
        .containsEntry("trade_id", List.of("trade_id DIRECT IDENTITY"))
        .containsEntry("event_date", List.of("event_ts DIRECT TRANSFORMATION"))
        .containsEntry(
            "signed_quantity",
            List.of("quantity DIRECT TRANSFORMATION", "side INDIRECT CONDITIONAL"))
        .containsEntry(
            "notional", List.of("price DIRECT TRANSFORMATION", "quantity DIRECT TRANSFORMATION"))
        .doesNotContainKey("_offset");
    assertThat(rows("lake/silver/trades"))
        .contains("trade_id INDIRECT FILTER", "event_ts INDIRECT FILTER", "event_ts INDIRECT SORT");
  }

  @Test
  void viewsComeFromFieldsThroughDerivations() {
    for (String view :
        List.of("lake/gold/exposure_by_book_1m", "sluice.public.exposure_by_book_1m")) {
      assertThat(lineage(view))
          .containsOnly(
              Map.entry("book", List.of("book DIRECT IDENTITY")),
              Map.entry("currency", List.of("currency DIRECT IDENTITY")),
              Map.entry("window_start", List.of("event_ts DIRECT TRANSFORMATION")),
              Map.entry("window_end", List.of("event_ts DIRECT TRANSFORMATION")),
              Map.entry(
                  "gross_notional",
                  List.of("price DIRECT AGGREGATION", "quantity DIRECT AGGREGATION")),
              Map.entry(
                  "net_quantity",
                  List.of("quantity DIRECT AGGREGATION", "side INDIRECT CONDITIONAL")));
      assertThat(rows(view))
          .contains(
              "book INDIRECT GROUP_BY", "currency INDIRECT GROUP_BY", "event_ts INDIRECT WINDOW");
    }
    assertThat(lineage("0.sluice:position_by_book"))
        .containsOnly(
            Map.entry("book", List.of("book DIRECT IDENTITY")),
            Map.entry("position", List.of("position_value DIRECT AGGREGATION")),
            Map.entry("last_event", List.of("event_ts DIRECT AGGREGATION")));
    assertThat(lineage("lake/late/exposure_by_book_1m"))
        .containsKeys("notional", "_window_start", "_window_end");
  }

  @Test
  void schemasAreThoseOfTheTables() {
    JsonNode fields =
        find(datasets.get("outputs"), "lake/gold/exposure_by_book_1m").at("/facets/schema/fields");
    assertThat(
            StreamSupport.stream(fields.spliterator(), false)
                .map(field -> field.get("name").asText() + " " + field.get("type").asText())
                .collect(Collectors.toList()))
        .contains("window_start TIMESTAMP_LTZ(3)", "trades BIGINT", "_version BIGINT");
  }

  @Test
  void eventsAreWhatOpenLineagesSchemasSay() {
    String event =
        new RunEvents("risk", "market-risk", new JobID())
            .event("START", Instant.now(), datasets)
            .toString();
    assertThat(OpenLineageSchemas.check(event))
        .containsExactlyInAnyOrder(
            "columnLineage", "dataSource", "jobType", "processing_engine", "schema");
  }

  @Test
  void noSecretIsInAnEvent() {
    assertThat(datasets.toString()).doesNotContain("canary", "password", "user");
  }

  @Test
  void storesWhoseAddressIsNotKnownAreLeftOut() {
    Map<String, String> environment = new HashMap<>(ENVIRONMENT);
    environment.remove("SLUICE_REDIS");
    environment.remove("SLUICE_JDBC");
    assertThat(names(PipelineDatasets.of(pipeline, environment::get).get("outputs")))
        .hasSize(9)
        .noneMatch(name -> name.startsWith("redis") || name.startsWith("postgres"));
    assertThat(PipelineDatasets.of(pipeline, name -> null).get("inputs")).isEmpty();
  }
}
