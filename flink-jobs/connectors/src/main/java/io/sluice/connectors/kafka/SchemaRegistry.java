package io.sluice.connectors.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Serializable;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The few calls that Sluice makes to a schema registry with Confluent's API.
 *
 * <p>The client inside {@code flink-sql-avro-confluent-registry} is not used: that jar carries
 * unrelocated copies of Guava, Commons IO, SnakeYAML and zstd beside its relocated Avro (23 MB),
 * which would shadow what other jobs and connectors bring; and its client follows redirects and
 * mixes up "no such schema" with "wrong address". Three JSON calls need neither.
 *
 * <p>Schemas are immutable, so a found one is kept forever; "no such schema" is kept for a minute,
 * for at most {@value #MAX_UNKNOWN} ids, so that records with wrong ids do not become a load on the
 * registry. Other errors are retried for about 30 s and then thrown; an interrupt ends the wait at
 * once. Safe for use by several threads.
 */
public final class SchemaRegistry implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_UNKNOWN = 10_000;
  private static final Duration UNKNOWN_FOR = Duration.ofMinutes(1);
  private static final int UNKNOWN_ID = 40403;

  private final RegistryHttp http;
  private final Clock clock;
  private final ConcurrentHashMap<Integer, String> known = new ConcurrentHashMap<>();
  private final LinkedHashMap<Integer, Long> unknownUntil = new LinkedHashMap<>();

  /**
   * @param baseUrl where the API begins, such as {@code http://host:port/apis/ccompat/v7}
   */
  public SchemaRegistry(String baseUrl) {
    this(baseUrl, Clock.systemUTC());
  }

  /**
   * @param clock a serializable clock; decides only how long "no such schema" is believed
   */
  public SchemaRegistry(String baseUrl, Clock clock) {
    this(new RegistryHttp(baseUrl, Duration.ofSeconds(30)), clock);
  }

  SchemaRegistry(RegistryHttp http, Clock clock) {
    this.http = http;
    this.clock = clock;
  }

  /**
   * The schema with an id, as JSON text; empty when the registry says that there is none.
   *
   * @throws IOException when the registry cannot be asked
   */
  public Optional<String> schemaById(int id) throws IOException {
    String found = known.get(id);
    if (found != null) {
      return Optional.of(found);
    }
    if (isKnownToBeMissing(id)) {
      return Optional.empty();
    }
    RegistryHttp.Reply reply = http.call("GET", "/schemas/ids/" + id, null);
    if (reply.status() == 404 && errorCode(reply) == UNKNOWN_ID) {
      rememberMissing(id);
      return Optional.empty();
    }
    String schema = required(reply, "schema", "schema id " + id).asText();
    known.put(id, schema);
    return Optional.of(schema);
  }

  /**
   * Registers a schema and returns its id; a schema that is there already keeps its id.
   *
   * @throws IOException when the registry cannot be asked or refuses, for example as incompatible
   */
  public int register(String subject, String schemaJson) throws IOException {
    String body = JSON.writeValueAsString(Map.of("schema", schemaJson));
    RegistryHttp.Reply reply =
        http.call("POST", "/subjects/" + encode(subject) + "/versions", body);
    int id = required(reply, "id", "registering subject " + subject).asInt();
    known.putIfAbsent(id, schemaJson);
    return id;
  }

  /**
   * From now on the registry refuses schemas of a subject that cannot read older records.
   *
   * @throws IOException when the registry cannot be asked or refuses
   */
  public void requireBackward(String subject) throws IOException {
    RegistryHttp.Reply reply =
        http.call("PUT", "/config/" + encode(subject), "{\"compatibility\": \"BACKWARD\"}");
    // Confluent's registry answers with "compatibility", Apicurio's with "compatibilityLevel".
    if (reply.status() / 100 != 2) {
      required(reply, "compatibility", "setting the compatibility of subject " + subject);
    }
  }

  private JsonNode required(RegistryHttp.Reply reply, String field, String what)
      throws IOException {
    JsonNode value = reply.status() / 100 == 2 ? JSON.readTree(reply.body()).get(field) : null;
    if (value == null) {
      throw new IOException(
          what
              + ": the schema registry at "
              + http.baseUrl()
              + " answered "
              + reply.status()
              + ": "
              + reply.excerpt()
              + (reply.status() == 404 ? " (is this the base of its Confluent API?)" : ""));
    }
    return value;
  }

  private static int errorCode(RegistryHttp.Reply reply) {
    try {
      return JSON.readTree(reply.body()).path("error_code").asInt();
    } catch (IOException notJson) {
      // Not the registry's own answer, then: a proxy's page, or a wrong base URL.
      return 0;
    }
  }

  private boolean isKnownToBeMissing(int id) {
    synchronized (unknownUntil) {
      Long until = unknownUntil.get(id);
      if (until != null && until <= clock.millis()) {
        unknownUntil.remove(id);
        return false;
      }
      return until != null;
    }
  }

  private void rememberMissing(int id) {
    synchronized (unknownUntil) {
      if (unknownUntil.size() >= MAX_UNKNOWN) {
        unknownUntil.remove(unknownUntil.keySet().iterator().next());
      }
      unknownUntil.put(id, clock.millis() + UNKNOWN_FOR.toMillis());
    }
  }

  private static String encode(String subject) {
    return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
