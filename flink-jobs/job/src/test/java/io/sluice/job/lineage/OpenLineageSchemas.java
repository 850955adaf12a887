package io.sluice.job.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.resource.SchemaLoader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.TreeSet;

/** OpenLineage's own schemas: of events, and of each facet by the schema that it names. */
public final class OpenLineageSchemas {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final JsonSchemaFactory FACTORY =
      JsonSchemaFactory.getInstance(
          SpecVersion.VersionFlag.V202012,
          builder ->
              builder.schemaLoaders(
                  loaders -> {
                    loaders.values(list -> list.clear());
                    loaders.add(schemas());
                  }));

  private OpenLineageSchemas() {}

  private static SchemaLoader schemas() {
    return iri -> {
      String address = iri.toString();
      return () -> {
        InputStream file =
            OpenLineageSchemas.class.getResourceAsStream(
                "/openlineage/" + address.substring(address.lastIndexOf('/') + 1));
        JsonNode schema = MAPPER.readTree(file);
        assertThat(schema.get("$id").asText()).isEqualTo(address);
        return new java.io.ByteArrayInputStream(MAPPER.writeValueAsBytes(schema));
      };
    };
  }

  /** Fails when an event, or one of its facets, is not what its schema says. */
  public static Set<String> check(String event) {
    try {
      JsonNode node = MAPPER.readTree(event);
      assertThat(problems(node.get("schemaURL").asText(), node)).isEmpty();
      Set<String> facets = new TreeSet<>();
      checkFacets(node, facets);
      return facets;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void checkFacets(JsonNode node, Set<String> seen) {
    JsonNode facets = node.path("facets");
    facets
        .properties()
        .forEach(
            facet -> {
              String schema = facet.getValue().get("_schemaURL").asText();
              assertThat(problems(schema, facet.getValue())).isEmpty();
              seen.add(facet.getKey());
            });
    node.forEach(child -> checkFacets(child, seen));
  }

  private static Set<?> problems(String schema, JsonNode node) {
    SchemaValidatorsConfig config =
        SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
    return FACTORY.getSchema(SchemaLocation.of(schema), config).validate(node);
  }
}
