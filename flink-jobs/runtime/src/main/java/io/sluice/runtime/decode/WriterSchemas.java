package io.sluice.runtime.decode;

import io.sluice.definition.contract.SchemaBudget;
import io.sluice.runtime.codec.IncompatibleSchemaException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/**
 * Reads the schemas of writers, with what reading records needs and nothing else. They were written
 * by others, for other readers, so the checks of one's own definitions do not fit: defaults are
 * left out, since a reader never uses those of a writer; fields and records with names that Avro
 * does not allow today get other names, under which no column is found; a logical type that Avro
 * ignores is left out, too. Nothing of this changes what the bytes of a record mean.
 */
public final class WriterSchemas {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_]\\w*");
  private static final Pattern NAMESPACE = Pattern.compile("[A-Za-z_]\\w*(\\.[A-Za-z_]\\w*)*");
  private static final String UUID = LogicalTypes.uuid().getName();
  private static final Set<String> NOT_IGNORED =
      Set.of("timestamp-nanos", "local-timestamp-nanos", "duration");

  private final Map<String, Schema> records = new HashMap<>();
  private final Set<String> names = new HashSet<>();

  private WriterSchemas() {}

  /**
   * The schema that stands last.
   *
   * @param texts Avro JSON; each may use the names that the ones before it define
   * @throws IncompatibleSchemaException with Avro's explanation if one is no schema, or if it is
   *     beyond the {@link SchemaBudget}
   */
  public static Schema parse(List<String> texts) throws IncompatibleSchemaException {
    long characters = texts.stream().mapToLong(String::length).sum();
    if (characters > SchemaBudget.MAX_CHARACTERS) {
      throw new IncompatibleSchemaException(
          "it has %,d characters, and at most %,d are read"
              .formatted(characters, SchemaBudget.MAX_CHARACTERS));
    }
    Schema.Parser parser = new Schema.Parser().setValidate(false).setValidateDefaults(false);
    Schema last = null;
    for (String text : texts) {
      last = parse(parser, text);
    }
    Optional<String> excess = SchemaBudget.excess(last);
    if (excess.isPresent()) {
      throw new IncompatibleSchemaException("it " + excess.get());
    }
    WriterSchemas schemas = new WriterSchemas();
    schemas.collectNames(last);
    return schemas.plain(last);
  }

  /** What a text can be is up to others, and Avro's parser has no one exception for it. */
  private static Schema parse(Schema.Parser parser, String text)
      throws IncompatibleSchemaException {
    try {
      return parser.parse(text);
    } catch (RuntimeException e) {
      throw new IncompatibleSchemaException(e.getMessage());
    } catch (StackOverflowError e) {
      // Avro's parser calls itself for each level of the text, which Jackson bounds at 1,000.
      throw new IncompatibleSchemaException("its text nests too deeply");
    }
  }

  /** The names of records that stay as they are must not be given to others. */
  private void collectNames(Schema schema) {
    switch (schema.getType()) {
      case ARRAY -> collectNames(schema.getElementType());
      case MAP -> collectNames(schema.getValueType());
      case UNION -> schema.getTypes().forEach(this::collectNames);
      case RECORD -> {
        if (names.add(schema.getFullName())) {
          schema.getFields().forEach(field -> collectNames(field.schema()));
        }
      }
      default -> {
        // A scalar.
      }
    }
  }

  private Schema plain(Schema schema) {
    return switch (schema.getType()) {
      case RECORD -> record(schema);
      case ARRAY -> Schema.createArray(plain(schema.getElementType()));
      case MAP -> Schema.createMap(plain(schema.getValueType()));
      case UNION -> Schema.createUnion(schema.getTypes().stream().map(this::plain).toList());
      // Symbols are values: they stay, whatever they are.
      case ENUM -> schema;
      case FIXED -> fixed(schema);
      default -> isIgnored(schema) ? Schema.create(schema.getType()) : schema;
    };
  }

  private static boolean isIgnored(Schema schema) {
    String name = schema.getProp(LogicalType.LOGICAL_TYPE_PROP);
    // Avro takes 16 bytes for a uuid, too; a column of text cannot.
    boolean uuid = UUID.equals(name) && schema.getType() != Schema.Type.STRING;
    return uuid || name != null && schema.getLogicalType() == null && !NOT_IGNORED.contains(name);
  }

  private static Schema fixed(Schema schema) {
    boolean named =
        NAME.matcher(schema.getName()).matches()
            && (schema.getNamespace() == null
                || NAMESPACE.matcher(schema.getNamespace()).matches());
    return named && isIgnored(schema)
        ? Schema.createFixed(
            schema.getName(), schema.getDoc(), schema.getNamespace(), schema.getFixedSize())
        : schema;
  }

  private Schema record(Schema schema) {
    Schema known = records.get(schema.getFullName());
    if (known != null) {
      return known;
    }
    Schema record =
        Schema.createRecord(allowedFullName(schema), schema.getDoc(), null, schema.isError());
    // Known before its fields are, so that a record may contain itself.
    records.put(schema.getFullName(), record);
    Set<String> taken = new HashSet<>();
    schema.getFields().forEach(field -> taken.add(field.name()));
    List<Schema.Field> fields = new ArrayList<>();
    for (Schema.Field field : schema.getFields()) {
      String name = allowed(field.name(), taken);
      fields.add(new Schema.Field(name, plain(field.schema()), field.doc()));
    }
    record.setFields(fields);
    return record;
  }

  private String allowedFullName(Schema schema) {
    String space = schema.getNamespace();
    boolean allowed =
        NAME.matcher(schema.getName()).matches()
            && (space == null || NAMESPACE.matcher(space).matches());
    return allowed ? schema.getFullName() : allowed(schema.getFullName(), names);
  }

  /** The name, or one that neither a contract nor anything else of the schema has. */
  private static String allowed(String name, Set<String> taken) {
    if (NAME.matcher(name).matches()) {
      return name;
    }
    String ascii = "_" + name.replaceAll("[^A-Za-z0-9_]", "_");
    String other = ascii;
    for (int i = taken.size(); !taken.add(other); i++) {
      other = ascii + "_" + i;
    }
    return other;
  }
}
