package io.sluice.definition.pipeline;

import io.sluice.definition.model.LakeRoot;
import io.sluice.definition.model.Pipeline.Connections;
import io.sluice.definition.model.Reference;
import io.sluice.definition.yaml.Fields;
import io.sluice.definition.yaml.Nearest;
import io.sluice.definition.yaml.Value;
import io.sluice.definition.yaml.Variables;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Reads the addresses of a pipeline, which name environment variables rather than secrets. */
final class ConnectionsReader {
  private static final Map<String, String> EXAMPLES =
      Map.of(
          "kafka", "kafka: {bootstrapServers: \"${SLUICE_KAFKA}\"}",
          "registry", "registry: {url: \"${SLUICE_REGISTRY}\"}",
          "lake", "lake: {root: \"${SLUICE_LAKE}\"}",
          "redis", "redis: {uri: \"${SLUICE_REDIS}\", keyPrefix: \"sluice:\"}",
          "jdbc", "jdbc: {url: \"${SLUICE_JDBC}\"}");
  static final String DEFAULT_PREFIX = "sluice:";

  /** What addresses begin with; brokers have no scheme. */
  private static final Map<String, List<String>> BEGINNINGS =
      Map.of(
          "registry", List.of("http://", "https://"),
          "lake", List.of("/", "file:/", LakeRoot.S3),
          "redis", List.of("redis://", "rediss://", "redis-sentinel://", "rediss-sentinel://"),
          "jdbc", List.of("jdbc:postgresql:"));

  private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9_.:-]{1,100}");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");
  private static final Pattern BARE_VARIABLE = Pattern.compile("\\$[A-Z_][A-Z0-9_]+");

  /** The variables that the platform sets for each job. */
  private static final Set<String> OWN =
      Set.of("SLUICE_KAFKA", "SLUICE_REGISTRY", "SLUICE_LAKE", "SLUICE_REDIS", "SLUICE_JDBC");

  /**
   * A password that is written out: as a parameter, or before the '@' of an address, which may lack
   * a scheme (brokers) or have a '/' in its password (Redis). Users without a password are taken
   * for one, as registries and Redis do.
   */
  private static final Pattern SECRET =
      Pattern.compile(
          "(?i)(pass|passwd|password|pwd|secret|token|(api|access)[_-]?key)=[^&;]"
              + "|://[^/?#@]*[^/?#@:]@"
              + "|redis[a-z-]*://[^@]*[^/@:]@"
              + "|(^|,)[^/?#@]*:[^/?#@]+@");

  /** What may stand behind the platform's own variable, which holds a whole address. */
  private static final Pattern BEHIND_OWN = Pattern.compile("([/?&].*)?");

  private static final Pattern BEHIND_BROKERS = Pattern.compile("(,.*)?");

  /** By these PostgreSQL's driver goes elsewhere, with the password of the address before them. */
  private static final Pattern ELSEWHERE =
      Pattern.compile("[?&](host|port|dbname|service|PGHOST|PGPORT|PGDBNAME)(?=[=&]|$)");

  private final Predicate<String> allowed;

  /**
   * @param allowed whether a pipeline may name a variable
   */
  ConnectionsReader(Predicate<String> allowed) {
    this.allowed = allowed;
  }

  /** How a connection is written. */
  static String example(String name) {
    return EXAMPLES.get(name);
  }

  Optional<Connections> read(Value value) {
    Optional<Fields> found = value.fields(PipelinePart.CONNECTIONS.names());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Fields fields = found.get();
    for (String name : new String[] {"kafka", "registry", "lake"}) {
      if (fields.optional(name).isEmpty()) {
        value.problem(
            "'%s' is missing, which every pipeline needs. Add '%s'."
                .formatted(name, example(name)));
      }
    }
    return Optional.of(
        new Connections(
            reference(fields, "kafka", "bootstrapServers").map(Connections.Kafka::new),
            reference(fields, "registry", "url").map(Connections.Registry::new),
            reference(fields, "lake", "root").map(Connections.Lake::new),
            fields.optional("redis").map(this::redis),
            reference(fields, "jdbc", "url").map(Connections.Jdbc::new)));
  }

  private Optional<Reference> reference(Fields fields, String name, String key) {
    Optional<Value> connection = fields.optional(name);
    // Present even when it is wrong, so that its sinks are not said to lack a connection too.
    return connection.map(
        value ->
            value
                .fields(PipelinePart.ofConnection(name).names())
                .flatMap(found -> found.required(key))
                .flatMap(text -> reference(text, name))
                .orElse(new Reference("")));
  }

  private Connections.Redis redis(Value value) {
    Optional<Fields> fields = value.fields(PipelinePart.REDIS.names());
    Optional<Reference> uri =
        fields.flatMap(found -> found.required("uri")).flatMap(text -> reference(text, "redis"));
    Optional<Value> prefix = fields.flatMap(found -> found.optional("keyPrefix"));
    Optional<String> text = prefix.flatMap(Value::text);
    if (text.isPresent() && !PREFIX.matcher(text.get()).matches()) {
      prefix
          .get()
          .problem(
              "'%s' is not allowed as a prefix: letters, digits, '_', '.', ':' and '-', at most 100 characters"
                  .formatted(text.get()));
    }
    return new Connections.Redis(uri.orElse(new Reference("")), text.orElse(DEFAULT_PREFIX));
  }

  private Optional<Reference> reference(Value value, String connection) {
    Optional<String> text = value.text();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    String own = "SLUICE_" + connection.toUpperCase(Locale.ROOT);
    String literal = VARIABLE.matcher(text.get()).replaceAll("");
    if (literal.contains("${") || BARE_VARIABLE.matcher(literal).find()) {
      value.problem("a variable is written ${NAME}, with letters, digits and '_'");
    }
    if (SECRET.matcher(literal).find()) {
      value.problem(
          "a secret must not stand in a pipeline file. Name an environment variable, such as ${%s}."
              .formatted(own));
    }
    VARIABLE.matcher(text.get()).results().forEach(found -> checkName(found.group(1), own, value));
    checkPlace(text.get(), own, value);
    if (connection.equals("jdbc")) {
      checkParameters(literal, value);
    }
    Optional<String> problem =
        connection.equals("lake") ? LakeRoot.problem(text.get()) : Optional.empty();
    problem.ifPresent(value::problem);
    if (problem.isEmpty()) {
      checkBeginning(text.get(), connection, value);
    }
    return text.map(Reference::new);
  }

  /** A variable in front may hold any address. The address itself may hold a secret. */
  private static void checkBeginning(String text, String connection, Value value) {
    List<String> beginnings = BEGINNINGS.getOrDefault(connection, List.of());
    if (!beginnings.isEmpty()
        && !text.startsWith("$")
        && beginnings.stream().noneMatch(text::startsWith)) {
      value.problem(
          "the address begins with none of %s. Correct it, or name a variable such as ${SLUICE_%s}."
              .formatted(String.join(", ", beginnings), connection.toUpperCase(Locale.ROOT)));
    }
  }

  /** Each of Sluice's variables belongs to one connection; others are the user's own. */
  private void checkName(String name, String own, Value value) {
    if (!name.equals(own) && OWN.contains(name)) {
      value.problem(
          "${%s} is the address of another connection. Did you mean '${%s}'?".formatted(name, own));
    } else if (!OWN.contains(name)) {
      Optional<String> meant =
          Nearest.of(name, OWN).filter(near -> Math.abs(near.length() - name.length()) <= 1);
      if (meant.isPresent()) {
        value.problem("unknown variable '${%s}'. Did you mean '${%s}'?".formatted(name, own));
      } else if (!allowed.test(name)) {
        value.problem(
            "a pipeline may not name ${%s}. Name a variable that begins with SLUICE_, or let the operator of the platform list it in %s before 'sluice up'."
                .formatted(name, Variables.LIST));
      }
    }
  }

  /** Elsewhere it would send address and password of one server to another. */
  private static void checkPlace(String text, String own, Value value) {
    String variable = "${" + own + "}";
    boolean brokers = own.equals("SLUICE_KAFKA");
    Pattern behind = brokers ? BEHIND_BROKERS : BEHIND_OWN;
    int at = text.indexOf(variable);
    if (at > 0
        || at == 0 && !behind.matcher(text.substring(variable.length())).matches()
        || at != text.lastIndexOf(variable)) {
      value.problem(
          "%s is a whole address. It stands first, and only %s behind it."
              .formatted(
                  variable,
                  brokers ? "other brokers, each after a comma," : "a path or parameters"));
    }
  }

  private static void checkParameters(String literal, Value value) {
    ELSEWHERE
        .matcher(literal)
        .results()
        .forEach(
            found ->
                value.problem(
                    "the parameter '%s' leads to another server or database than the address before it says. Write jdbc:postgresql://HOST:PORT/DATABASE instead."
                        .formatted(found.group(1))));
  }
}
