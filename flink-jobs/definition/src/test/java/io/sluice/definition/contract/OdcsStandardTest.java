package io.sluice.definition.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Contracts that we ship or test with are valid by the standard's own JSON Schema. */
class OdcsStandardTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../schemas/market-risk/trades.odcs.yaml",
        "src/test/resources/specs/fixture/trips.odcs.yaml"
      })
  void contractsAreValid(String file) throws IOException {
    Object document =
        new Load(LoadSettings.builder().build()).loadFromString(Files.readString(Path.of(file)));
    Set<ValidationMessage> messages = schema().validate(MAPPER.valueToTree(document));
    assertThat(messages).isEmpty();
  }

  @Test
  void everyDocumentationKeyIsOneOfTheStandard() throws IOException {
    Set<String> known = new TreeSet<>();
    standard().get("properties").fieldNames().forEachRemaining(known::add);
    assertThat(known).containsAll(OdcsShape.DOCUMENTATION.keySet());
  }

  private static JsonSchema schema() throws IOException {
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V201909).getSchema(standard());
  }

  private static JsonNode standard() throws IOException {
    try (InputStream in =
        OdcsStandardTest.class.getResourceAsStream("/odcs-json-schema-v3.1.0.json")) {
      return MAPPER.readTree(in);
    }
  }
}
