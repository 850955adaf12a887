package io.sluice.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.avro.Schema;

/**
 * The producers of parcels, whose schemas are registered.
 *
 * @param contract writes by the schema of the contract
 * @param withReference by a schema that refers to another one
 * @param wrongDefault by a schema with a default that is none of its field's type
 * @param anotherDataset by a schema that no parcel can be read with
 */
record ParcelWriters(
    ParcelWriter contract,
    ParcelWriter withReference,
    ParcelWriter wrongDefault,
    ParcelWriter anotherDataset) {

  static final Path FOLDER = Path.of("src/test/resources/neighbours").toAbsolutePath();
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Registers what the producers write. */
  static ParcelWriters register(String registry) throws IOException, InterruptedException {
    Path writers = FOLDER.resolve("writers");
    Path carrier = writers.resolve("carrier.avsc");
    ParcelWriter referred = register(registry, "carrier", carrier);
    ObjectNode reference =
        JSON.createObjectNode()
            .put("name", referred.schema().getFullName())
            .put("subject", subject("carrier"))
            .put("version", 1);
    return new ParcelWriters(
        register(registry, "contract", FOLDER.resolve("parcels/parcels.avsc")),
        register(registry, "with-reference", writers.resolve("with-reference.avsc"), reference),
        register(registry, "wrong-default", writers.resolve("wrong-default.avsc")),
        register(registry, "another-dataset", writers.resolve("another-dataset.avsc")));
  }

  private static ParcelWriter register(
      String registry, String name, Path file, ObjectNode... references)
      throws IOException, InterruptedException {
    Schema.Parser parser = new Schema.Parser().setValidateDefaults(false);
    ObjectNode body = JSON.createObjectNode().put("schema", Files.readString(file));
    if (references.length > 0) {
      parser.parse(Files.readString(file.resolveSibling("carrier.avsc")));
      body.putArray("references").add(references[0]);
    }
    return new ParcelWriter(
        post(registry + "/subjects/" + subject(name) + "/versions", body),
        parser.parse(Files.readString(file)));
  }

  /** Nobody else's: the topic's own subject would refuse what does not fit its contract. */
  private static String subject(String name) {
    return "neighbours.writers." + name;
  }

  private static int post(String url, ObjectNode body) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(url))
                    .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                    .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as("%s: %s", url, answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body()).path("id").asInt();
  }
}
