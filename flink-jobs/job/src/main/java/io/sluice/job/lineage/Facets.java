package io.sluice.job.lineage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

/** The facets of OpenLineage that events carry, each with the version of its schema. */
final class Facets {
  static final String PRODUCER = "urn:sluice:job";

  private static final String SPEC = "https://openlineage.io/spec/facets/";
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private Facets() {}

  private static ObjectNode facet(String version, String type) {
    return JSON.objectNode()
        .put("_producer", PRODUCER)
        .put("_schemaURL", SPEC + version + "/" + type + ".json#/$defs/" + type);
  }

  /** A job that runs until somebody stops it; its events are sent when its state changes. */
  static ObjectNode jobType() {
    ObjectNode facet =
        facet("2-0-4", "JobTypeJobFacet")
            .put("processingType", "STREAMING")
            .put("integration", "FLINK")
            .put("jobType", "JOB");
    facet
        .putObject("emissionPattern")
        .put("eventTrigger", "EVENT_BASED")
        .put("eventContentMode", "ACCUMULATIVE");
    return JSON.objectNode().set("jobType", facet);
  }

  static ObjectNode processingEngine() {
    return facet("1-1-1", "ProcessingEngineRunFacet")
        .put("version", EnvironmentInformation.getVersion())
        .put("name", "Flink");
  }

  /** Why a run failed, by the kind of failure only: messages may hold what a record held. */
  static ObjectNode failure(String kind) {
    return facet("1-0-1", "ErrorMessageRunFacet")
        .put("message", kind + " ended the job. The log of its JobManager says more.")
        .put("programmingLanguage", "JAVA");
  }

  static ObjectNode dataSource(DatasetName name) {
    return facet("1-0-1", "DatasourceDatasetFacet")
        .put("name", name.namespace())
        .put("uri", name.uri());
  }

  static ObjectNode schema(RowType type) {
    ObjectNode facet = facet("1-2-0", "SchemaDatasetFacet");
    fields(facet.putArray("fields"), type);
    return facet;
  }

  private static void fields(ArrayNode fields, RowType type) {
    for (RowType.RowField field : type.getFields()) {
      LogicalType of = field.getType().copy(true);
      ObjectNode node = fields.addObject().put("name", field.getName());
      if (of instanceof RowType nested) {
        fields(node.put("type", "ROW").putArray("fields"), nested);
      } else {
        node.put("type", of.asSummaryString());
      }
    }
  }

  /**
   * From which fields of an input columns come.
   *
   * @param rows what decides about the rows of the whole dataset
   */
  static ObjectNode columnLineage(
      DatasetName input, Map<String, Set<Origin>> columns, Set<Origin> rows) {
    ObjectNode facet = facet("1-2-0", "ColumnLineageDatasetFacet");
    ObjectNode fields = facet.putObject("fields");
    columns.forEach(
        (column, origins) -> {
          if (!origins.isEmpty()) {
            inputFields(fields.putObject(column).putArray("inputFields"), input, origins);
          }
        });
    inputFields(facet.putArray("dataset"), input, rows);
    return facet;
  }

  private static void inputFields(ArrayNode nodes, DatasetName input, Set<Origin> origins) {
    Map<String, Set<Origin.Kind>> byField = new TreeMap<>();
    origins.forEach(
        origin ->
            byField.computeIfAbsent(origin.field(), field -> new TreeSet<>()).add(origin.kind()));
    byField.forEach(
        (field, kinds) -> {
          ArrayNode transformations =
              nodes
                  .addObject()
                  .put("namespace", input.namespace())
                  .put("name", input.name())
                  .put("field", field)
                  .putArray("transformations");
          kinds.forEach(
              kind ->
                  transformations
                      .addObject()
                      .put("type", kind.type())
                      .put("subtype", kind.name())
                      .put("masking", false));
        });
  }
}
