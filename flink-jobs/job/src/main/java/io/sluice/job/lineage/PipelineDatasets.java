package io.sluice.job.lineage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.definition.edit.ViewStart;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.model.Pipeline.Connections;
import io.sluice.definition.model.Pipeline.SinkKind;
import io.sluice.definition.model.Reference;
import io.sluice.definition.model.View;
import io.sluice.runtime.aggregate.ViewLayout;
import io.sluice.runtime.decode.BronzeRows;
import io.sluice.runtime.ledger.LedgerOperator;
import io.sluice.runtime.reject.Rejects;
import io.sluice.runtime.reject.ViewRejects;
import io.sluice.runtime.row.RowTypes;
import io.sluice.runtime.silver.SilverLayout;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.flink.table.types.logical.RowType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a pipeline reads and writes, as the inputs and outputs of OpenLineage's events. Inputs are
 * topics; outputs are tables, served views and topics of rejects. Everything comes from the
 * definitions; no system is asked.
 */
final class PipelineDatasets {
  private static final Logger LOG = LoggerFactory.getLogger(PipelineDatasets.class);

  private final Pipeline pipeline;
  private final UnaryOperator<String> environment;
  private final ArrayNode inputs = JsonNodeFactory.instance.arrayNode();
  private final ArrayNode outputs = JsonNodeFactory.instance.arrayNode();

  private PipelineDatasets(Pipeline pipeline, UnaryOperator<String> environment) {
    this.pipeline = pipeline;
    this.environment = environment;
  }

  /**
   * The inputs and outputs of a pipeline. A system whose address is not known here is left out.
   *
   * @param environment gives the value of an environment variable, or null
   * @return an object with the arrays {@code inputs} and {@code outputs}
   */
  static ObjectNode of(Pipeline pipeline, UnaryOperator<String> environment) {
    PipelineDatasets datasets = new PipelineDatasets(pipeline, environment);
    pipeline.sources().values().forEach(datasets::add);
    datasets.table("ledger/" + pipeline.name(), LedgerOperator.ROW_TYPE, none());
    ObjectNode both = JsonNodeFactory.instance.objectNode();
    both.set("inputs", datasets.inputs);
    both.set("outputs", datasets.outputs);
    return both;
  }

  private static Optional<ObjectNode> none() {
    return Optional.empty();
  }

  private void add(Pipeline.Source source) {
    String name = source.dataset().name();
    Pipeline.Silver silver = pipeline.silver().get(name);
    SilverLayout layout = new SilverLayout(source.dataset(), silver.derive());
    ColumnOrigins origins = new ColumnOrigins(source, silver);
    Optional<DatasetName> topic = topic(source.topic());
    topic.ifPresent(
        input ->
            dataset(
                inputs, input, Optional.of(RowTypes.rowType(source.dataset().columns())), none()));
    table("bronze/" + name, BronzeRows.ROW_TYPE, none());
    table(
        "silver/" + name,
        layout.silverType(),
        topic.map(
            input -> Facets.columnLineage(input, origins.silver(), origins.silverRows(silver))));
    table("quarantine/" + name, Rejects.ROW_TYPE, none());
    topic(source.topic() + ".dlq")
        .ifPresent(rejects -> dataset(outputs, rejects, Optional.empty(), none()));
    pipeline.gold().values().stream()
        .filter(view -> view.from().equals(name))
        .forEach(view -> view(view, new ViewLayout(view, layout, ViewStart.FIRST, false), origins));
  }

  private void view(View view, ViewLayout layout, ColumnOrigins origins) {
    Optional<DatasetName> topic = topic(pipeline.sources().get(view.from()).topic());
    Optional<ObjectNode> lineage =
        topic.map(input -> Facets.columnLineage(input, origins.view(view), origins.viewRows(view)));
    if (view.sinks().contains(SinkKind.DELTA)) {
      table("gold/" + view.name(), layout.resultType(), lineage);
    }
    if (layout.windowed()) {
      table(
          "late/" + view.name(),
          layout.lateType(),
          topic.map(input -> Facets.columnLineage(input, origins.late(), origins.lateRows())));
    }
    table("rejected/" + view.name(), ViewRejects.ROW_TYPE, none());
    if (view.sinks().contains(SinkKind.JDBC)) {
      served(
          pipeline.connections().jdbc().map(Connections.Jdbc::url),
          url -> DatasetName.relation(url, view.name()),
          layout,
          lineage);
    }
    if (view.sinks().contains(SinkKind.REDIS)) {
      String prefix = pipeline.connections().redis().orElseThrow().keyPrefix();
      served(
          pipeline.connections().redis().map(Connections.Redis::uri),
          uri -> DatasetName.hashes(uri, prefix, view.name()),
          layout,
          lineage);
    }
  }

  private void served(
      Optional<Reference> address,
      Function<String, Optional<DatasetName>> name,
      ViewLayout layout,
      Optional<ObjectNode> lineage) {
    Optional<DatasetName> dataset = address.flatMap(this::resolved).flatMap(name);
    if (dataset.isEmpty()) {
      LOG.info(
          "View {} of {} is left out of OpenLineage's events where it is served by {}: its address is not known to the JobManager, or names more than one host.",
          layout.name(),
          pipeline.name(),
          address.map(Reference::text).filter(text -> text.startsWith("${")).orElse("a store"));
    }
    dataset.ifPresent(known -> dataset(outputs, known, Optional.of(layout.servedType()), lineage));
  }

  private Optional<DatasetName> topic(String topic) {
    return pipeline
        .connections()
        .kafka()
        .map(Connections.Kafka::bootstrapServers)
        .flatMap(this::resolved)
        .flatMap(servers -> DatasetName.topic(servers, topic));
  }

  private void table(String path, RowType type, Optional<ObjectNode> lineage) {
    pipeline
        .connections()
        .lake()
        .map(Connections.Lake::root)
        .flatMap(this::resolved)
        .ifPresent(
            root -> dataset(outputs, DatasetName.table(root, path), Optional.of(type), lineage));
  }

  private Optional<String> resolved(Reference reference) {
    try {
      return Optional.of(reference.resolve(environment));
    } catch (IllegalStateException unknownHere) {
      // Only task managers have to know addresses that may hold a password.
      return Optional.empty();
    }
  }

  private static void dataset(
      ArrayNode all, DatasetName name, Optional<RowType> type, Optional<ObjectNode> lineage) {
    ObjectNode dataset =
        all.addObject().put("namespace", name.namespace()).put("name", name.name());
    ObjectNode facets = dataset.putObject("facets");
    facets.set("dataSource", Facets.dataSource(name));
    type.ifPresent(known -> facets.set("schema", Facets.schema(known)));
    lineage.ifPresent(known -> facets.set("columnLineage", known));
  }
}
