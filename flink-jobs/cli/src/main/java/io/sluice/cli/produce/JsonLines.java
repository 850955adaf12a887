package io.sluice.cli.produce;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** Records of a file with one JSON object on each line. */
public final class JsonLines implements RecordReader {
  private final TextLines lines;
  private final Schema schema;
  private final Set<String> unknown = new LinkedHashSet<>();

  public JsonLines(Path file, Schema schema) throws IOException {
    this.lines = new TextLines(file);
    this.schema = schema;
  }

  @Override
  public Optional<InputLine> next() throws IOException {
    Optional<TextLines.Line> line = lines.next();
    while (line.isPresent() && line.get().text() != null && line.get().text().isBlank()) {
      line = lines.next();
    }
    return line.map(this::record);
  }

  private InputLine record(TextLines.Line line) {
    if (line.text() == null) {
      return new InputLine.Bad(line.number(), "is not UTF-8 text");
    }
    try {
      JsonNode node = JsonValues.tree(line.text());
      if (!node.isObject()) {
        return new InputLine.Bad(line.number(), "is not a JSON object");
      }
      return convert(line.number(), node);
    } catch (BadValueException e) {
      return new InputLine.Bad(line.number(), e.getMessage());
    }
  }

  private InputLine convert(long number, JsonNode node) {
    GenericRecord record = new GenericData.Record(schema);
    List<String> problems = new ArrayList<>();
    for (Schema.Field field : schema.getFields()) {
      try {
        record.put(field.pos(), Fields.json(field, node.get(field.name())));
      } catch (BadValueException e) {
        problems.add(e.in(field.name()).getMessage());
      }
    }
    Iterator<String> names = node.fieldNames();
    while (names.hasNext()) {
      String name = names.next();
      if (schema.getField(name) == null) {
        unknown.add(name);
      }
    }
    return problems.isEmpty()
        ? new InputLine.Good(number, record)
        : new InputLine.Bad(number, String.join("; ", problems));
  }

  @Override
  public List<String> unknownColumns() {
    return List.copyOf(unknown);
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
