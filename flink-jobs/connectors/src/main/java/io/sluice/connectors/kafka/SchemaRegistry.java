package io.sluice.connectors.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Serializable;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The few calls that Sluice makes to a schema registry with Confluent's API.
 *
 * <p>The client inside {@code flink-sql-avro-confluent-registry} is not used: that jar carries
 * unrelocated copies of Guava, Commons IO, SnakeYAML and zstd beside its relocated Avro (23 MB),
 * which would shadow what other jobs and connectors bring; and its client follows redirects and
 * mixes up "no such schema" with "wrong address". A few JSON calls need neither.
 *
 * <p>Schemas are immutable, so found ones are kept, the {@value #MAX_KNOWN} that were used last, of
 * at most {@value #MAX_CHARACTERS} characters in all. "No such schema", and "what it refers to is
 * missing", is kept for a second, for at most {@value #MAX_MISSING} ids: it may be registered by
 * then, and until then records with wrong ids do not become a load on the registry. Other errors
 * are retried for about 30 s and then thrown; an interrupt ends the wait at once. Safe for use by
 * several threads.
 */
public final class SchemaRegistry implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_KNOWN = 1_000;
  private static final int MAX_MISSING = 10_000;

  /** Characters of all schemas that are kept. */
  private static final long MAX_CHARACTERS = 32 << 20;

  private static final Duration MISSING_FOR = Duration.ofSeconds(1);
  private static final int UNKNOWN_SUBJECT = 40401;
  private static final int UNKNOWN_VERSION = 40402;
  private static final int UNKNOWN_ID = 40403;

  /**
   * An answer that may be another one soon.
   *
   * @param problem null when there is no such schema
   */
  private record Missing(long until, String problem) implements Serializable {}

  private final RegistryHttp http;
  private final Clock clock;
  private final LinkedHashMap<Integer, ArrayList<String>> known = new LinkedHashMap<>();
  private final LinkedHashMap<Integer, Missing> missing = new LinkedHashMap<>();
  private long characters;

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
   * @return the schemas that it refers to, each behind those that it needs itself, and last the
   *     schema
   * @throws IOException when the registry cannot be asked
   * @throws UnreadableSchemaException if it is no Avro, or refers to what the registry lacks
   */
  public Optional<List<String>> schemaById(int id) throws IOException, UnreadableSchemaException {
    Optional<List<String>> found = known(id);
    if (found.isPresent()) {
      return found;
    }
    Missing lacks = missing(id);
    if (lacks != null) {
      return none(lacks);
    }
    try {
      RegistryHttp.Reply reply = call("/schemas/ids/" + id);
      if (reply.status() == 404 && errorCode(reply) == UNKNOWN_ID) {
        return none(rememberMissing(id, null));
      }
      required(reply, "schema", "schema id " + id);
      List<String> texts = SchemaReferences.texts(JSON.readTree(reply.body()), this::version);
      remember(id, texts);
      return Optional.of(texts);
    } catch (UnreadableSchemaException e) {
      return none(rememberMissing(id, e.getMessage()));
    }
  }

  /** Whether {@link #schemaById} needs no request. */
  synchronized boolean isKnown(int id) {
    return known.containsKey(id);
  }

  /**
   * The subjects under which a schema is registered, deleted versions included: records by them may
   * still be there. Empty when the registry says that there is no such schema.
   *
   * @throws UnreadableSchemaException if there are too many to be looked at
   */
  Optional<Set<String>> subjectsOf(int id) throws IOException, UnreadableSchemaException {
    RegistryHttp.Reply reply = call("/schemas/ids/" + id + "/versions?deleted=true");
    if (reply.status() == 404 && errorCode(reply) == UNKNOWN_ID) {
      return Optional.empty();
    }
    Set<String> subjects = new LinkedHashSet<>();
    for (JsonNode version : list(reply, "the subjects of schema id " + id)) {
      subjects.add(version.path("subject").asText());
    }
    return Optional.of(subjects);
  }

  /** The versions of a subject in ascending order, deleted ones included. */
  List<Integer> versions(String subject) throws IOException {
    RegistryHttp.Reply reply =
        http.call("GET", "/subjects/" + encode(subject) + "/versions?deleted=true", null);
    if (reply.status() == 404 && errorCode(reply) == UNKNOWN_SUBJECT) {
      return List.of();
    }
    List<Integer> versions = new ArrayList<>();
    list(reply, "the versions of subject '" + subject + "'")
        .forEach(version -> versions.add(version.asInt()));
    Collections.sort(versions);
    return versions;
  }

  /** The id of a version, whatever its schema is. */
  int idOf(String subject, int version) throws IOException {
    String path = "/subjects/" + encode(subject) + "/versions/" + version + "?deleted=true";
    return required(
            http.call("GET", path, null),
            "id",
            "version " + version + " of subject '" + subject + "'")
        .asInt();
  }

  private RegistryHttp.Reply call(String path) throws IOException, UnreadableSchemaException {
    try {
      return http.call("GET", path, null);
    } catch (RegistryHttp.LargeAnswerException e) {
      throw new UnreadableSchemaException(
          "what the registry has for it is too large: " + e.getMessage());
    }
  }

  private static Optional<List<String>> none(Missing missing) throws UnreadableSchemaException {
    if (missing.problem() != null) {
      throw new UnreadableSchemaException(missing.problem());
    }
    return Optional.empty();
  }

  private JsonNode version(String subject, int version)
      throws IOException, UnreadableSchemaException {
    String what = "version " + version + " of subject '" + subject + "'";
    RegistryHttp.Reply reply = call("/subjects/" + encode(subject) + "/versions/" + version);
    int code = reply.status() == 404 ? errorCode(reply) : 0;
    if (code == UNKNOWN_SUBJECT || code == UNKNOWN_VERSION) {
      throw new UnreadableSchemaException(
          "it refers to %s, which the registry does not have. Register it, then replay the record."
              .formatted(what));
    }
    required(reply, "schema", what);
    return JSON.readTree(reply.body());
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
    remember(id, List.of(schemaJson));
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
      throw unusable(reply, what);
    }
    return value;
  }

  private JsonNode list(RegistryHttp.Reply reply, String what) throws IOException {
    JsonNode value = reply.status() / 100 == 2 ? JSON.readTree(reply.body()) : null;
    if (value == null || !value.isArray()) {
      throw unusable(reply, what);
    }
    return value;
  }

  private IOException unusable(RegistryHttp.Reply reply, String what) {
    return new IOException(
        what
            + ": the schema registry at "
            + http.baseUrl()
            + " answered "
            + reply.status()
            + ": "
            + reply.excerpt()
            + (reply.status() == 404 ? " (is this the base of its Confluent API?)" : ""));
  }

  private static int errorCode(RegistryHttp.Reply reply) {
    try {
      return JSON.readTree(reply.body()).path("error_code").asInt();
    } catch (IOException notJson) {
      // Not the registry's own answer, then: a proxy's page, or a wrong base URL.
      return 0;
    }
  }

  private synchronized Optional<List<String>> known(int id) {
    ArrayList<String> texts = known.remove(id);
    if (texts == null) {
      return Optional.empty();
    }
    known.put(id, texts);
    return Optional.of(List.copyOf(texts));
  }

  private synchronized void remember(int id, List<String> texts) {
    missing.remove(id);
    ArrayList<String> before = known.put(id, new ArrayList<>(texts));
    characters += length(texts) - (before == null ? 0 : length(before));
    while (known.size() > MAX_KNOWN || characters > MAX_CHARACTERS) {
      int eldest = known.keySet().iterator().next();
      characters -= length(known.remove(eldest));
    }
  }

  private static long length(List<String> texts) {
    return texts.stream().mapToLong(String::length).sum();
  }

  /** Null when the registry is to be asked. */
  private synchronized Missing missing(int id) {
    Missing lacks = missing.get(id);
    if (lacks != null && lacks.until() <= clock.millis()) {
      missing.remove(id);
      return null;
    }
    return lacks;
  }

  private synchronized Missing rememberMissing(int id, String problem) {
    Missing lacks = new Missing(clock.millis() + MISSING_FOR.toMillis(), problem);
    missing.put(id, lacks);
    if (missing.size() > MAX_MISSING) {
      missing.remove(missing.keySet().iterator().next());
    }
    return lacks;
  }

  private static String encode(String subject) {
    return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
