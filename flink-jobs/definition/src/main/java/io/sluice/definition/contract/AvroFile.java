package io.sluice.definition.contract;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.definition.expression.Scope;
import io.sluice.definition.model.Column;
import io.sluice.definition.model.Problem;
import io.sluice.definition.yaml.Nearest;
import io.sluice.definition.yaml.Problems;
import io.sluice.definition.yaml.YamlFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/**
 * Reads an Avro schema file.
 *
 * @param columns those of the record that have a column type, in order
 * @param symbols the allowed values of columns that are enums
 */
public record AvroFile(Schema schema, List<Column> columns, Map<String, List<String>> symbols) {

  /** Braces and brackets in each other; a level of a schema takes up to five. */
  private static final int MAX_NESTING = 5 * SchemaBudget.MAX_LEVELS;

  private static final Pattern UNDEFINED = Pattern.compile("\"(\\w+)\" is not a defined name");
  private static final Set<String> TYPES =
      Set.of(
          "null", "boolean", "int", "long", "float", "double", "bytes", "string", "record", "enum",
          "array", "map", "fixed");
  private static final Pattern FIELD =
      Pattern.compile("type of the \"(\\w+)\" field|default for field (\\w+)");

  /** The schema, or nothing after problems were added. */
  public static Optional<AvroFile> read(Path path, Problems problems) {
    String file = path.toString();
    return YamlFile.text(path, problems).flatMap(text -> parse(file, text, problems));
  }

  private static Optional<AvroFile> parse(String file, String text, Problems problems) {
    Map<String, JsonLocation> places;
    try {
      places = places(text);
    } catch (JsonProcessingException e) {
      problems.add(notJson(file, e));
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("reading from a string failed", e);
    }
    Schema schema;
    try {
      // Avro compares a default with all that its type unfolds to, so the type is measured first.
      schema = new Schema.Parser().setValidateDefaults(false).parse(text);
      Optional<String> excess = SchemaBudget.excess(schema);
      if (excess.isPresent()) {
        problems.add(
            new Problem(file, 1, 1, "", "the schema " + excess.get() + ". Make it smaller."));
        return Optional.empty();
      }
      schema = new Schema.Parser().parse(text);
    } catch (AvroRuntimeException e) {
      String field = field(e.getMessage());
      String place =
          places.keySet().stream()
              .filter(path -> path.equals(field) || path.endsWith("." + field))
              .findFirst()
              .orElse("");
      problems.add(
          problem(
              file, places, place, "not an Avro schema: " + e.getMessage() + hint(e.getMessage())));
      return Optional.empty();
    }
    Problems own = new Problems();
    List<Column> columns =
        AvroColumns.read(schema, (at, message) -> own.add(problem(file, places, at, message)));
    AvroKeys.check(json(text), (at, message) -> own.add(problem(file, places, at, message)));
    AvroDefaults.check(schema, (at, message) -> own.add(problem(file, places, at, message)));
    own.sorted().forEach(problems::add);
    return schema.getType() == Schema.Type.RECORD
        ? Optional.of(new AvroFile(schema, columns, symbols(schema)))
        : Optional.empty();
  }

  /** Text beyond Jackson's limits, of nesting or of digits, has no location. */
  private static Problem notJson(String file, JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    String message = "not JSON: " + e.getOriginalMessage();
    return at == null
        ? new Problem(file, 1, 1, "", message)
        : new Problem(file, at.getLineNr(), at.getColumnNr(), "", message);
  }

  /** The field that a message of Avro names, or empty. */
  private static String field(String message) {
    Matcher matcher = FIELD.matcher(message);
    if (!matcher.find()) {
      return "";
    }
    return matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
  }

  private static String hint(String message) {
    Matcher matcher = UNDEFINED.matcher(message);
    return matcher.find() ? Nearest.hint(matcher.group(1), TYPES) : "";
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the text was JSON before", e);
    }
  }

  private static Problem problem(
      String file, Map<String, JsonLocation> places, String path, String message) {
    String known = path.replace("[]", "").replace("{}", "");
    while (!known.isEmpty() && !places.containsKey(known)) {
      known = known.contains(".") ? known.substring(0, known.lastIndexOf('.')) : "";
    }
    JsonLocation at = places.get(known);
    return at == null
        ? new Problem(file, 1, 1, path, message)
        : new Problem(file, at.getLineNr(), at.getColumnNr(), path, message);
  }

  private static Map<String, List<String>> symbols(Schema record) {
    return record.getFields().stream()
        .flatMap(
            field ->
                (field.schema().isUnion() ? field.schema().getTypes() : List.of(field.schema()))
                    .stream()
                        .filter(type -> type.getType() == Schema.Type.ENUM)
                        .map(type -> Map.entry(field.name(), type.getEnumSymbols())))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** The columns; a field without a column type is known, but broken. */
  public Scope scope() {
    return scope(schema, columns);
  }

  public static Scope scope(Schema schema, List<Column> columns) {
    Scope scope = new Scope(columns);
    for (Schema.Field field : schema.getFields()) {
      if (scope.find(field.name()).isEmpty()) {
        scope.addBroken(field.name());
      }
    }
    return scope;
  }

  /** Where each field of the schema stands, by its path of field names. */
  private static Map<String, JsonLocation> places(String text) throws IOException {
    Map<String, JsonLocation> places = new HashMap<>();
    JsonFactory factory =
        JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build())
            .build();
    try (JsonParser parser = factory.createParser(text)) {
      // One entry per open object: the name of the field that it is, or empty.
      Deque<String> names = new ArrayDeque<>();
      Deque<Boolean> inFields = new ArrayDeque<>();
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.START_OBJECT) {
          var parent = parser.getParsingContext().getParent();
          var list = parent == null ? null : parent.getParent();
          boolean field =
              parent != null
                  && parent.inArray()
                  && list != null
                  && "fields".equals(list.getCurrentName());
          inFields.push(field);
          names.push("");
        } else if (token == JsonToken.END_OBJECT) {
          names.pop();
          inFields.pop();
        } else if (token == JsonToken.VALUE_STRING
            && "name".equals(parser.currentName())
            && parser.getParsingContext().inObject()
            && inFields.peek()) {
          names.pop();
          names.push(parser.getText());
          places.put(path(names), parser.currentTokenLocation());
        }
      }
    }
    return places;
  }

  private static String path(Deque<String> innermostFirst) {
    return StreamSupport.stream(
            ((Iterable<String>) innermostFirst::descendingIterator).spliterator(), false)
        .filter(name -> !name.isEmpty())
        .collect(Collectors.joining("."));
  }
}
