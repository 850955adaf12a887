package io.sluice.cli.produce;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.cli.platform.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** Records of an input with one JSON object on each line. */
final class JsonLines implements RecordReader {
  /** More names than this are data in the place of names. */
  private static final int MAX_UNKNOWN = 100;

  private final TextLines lines;
  private final Columns columns;
  private final Set<String> unknown = new LinkedHashSet<>();
  private final Set<String> unseen;

  JsonLines(InputStream in, Columns columns) {
    this.lines = new TextLines(in);
    this.columns = columns;
    this.unseen = new TreeSet<>(columns.renamed());
  }

  @Override
  public Optional<InputLine> next() throws IOException {
    return lines.next().map(this::record);
  }

  private InputLine record(TextLines.Line line) {
    if (line.text() == null) {
      return TextLines.bad(line);
    }
    try {
      JsonNode node = JsonValues.tree(line.text());
      return node.isObject() ? convert(line, node) : bad(line, notAnObject(node));
    } catch (BadValueException e) {
      return bad(line, List.of(e.problem()));
    }
  }

  private static List<Problem> notAnObject(JsonNode node) {
    return List.of(
        Problem.of(
            node.isArray()
                ? "is a JSON array: each line must be one object (jq -c '.[]' unpacks an array)"
                : "is not a JSON object"));
  }

  private static InputLine.Bad bad(TextLines.Line line, List<Problem> problems) {
    return new InputLine.Bad(line.number(), problems, line.bytes());
  }

  private InputLine convert(TextLines.Line line, JsonNode node) {
    Schema schema = columns.schema();
    JsonNode[] values = new JsonNode[schema.getFields().size()];
    List<Problem> problems = new ArrayList<>();
    Iterator<String> names = node.fieldNames();
    while (names.hasNext()) {
      String name = names.next();
      unseen.remove(name);
      Schema.Field field = columns.field(name);
      if (field == null) {
        noteUnknown(name);
      } else if (values[field.pos()] != null) {
        problems.add(Problem.of(field.name() + ": two keys of the object go to this field"));
      } else {
        values[field.pos()] = node.get(name);
      }
    }
    GenericRecord record = new GenericData.Record(schema);
    for (Schema.Field field : schema.getFields()) {
      try {
        record.put(field.pos(), Fields.json(field, values[field.pos()], columns.style(field)));
      } catch (BadValueException e) {
        problems.add(e.in(field.name()).problem());
      }
    }
    return problems.isEmpty()
        ? new InputLine.Good(line.number(), record, line.bytes())
        : bad(line, problems);
  }

  private void noteUnknown(String name) {
    if (unknown.size() < MAX_UNKNOWN) {
      unknown.add(name);
    }
  }

  @Override
  public List<String> unknownColumns() {
    List<String> remarks = new ArrayList<>();
    unknown.forEach(name -> remarks.add(columns.unknown(name)));
    unseen.forEach(
        name ->
            remarks.add(
                "--map %s: no line has this key.%s"
                    .formatted(name, Columns.didYouMean(name, unknown))));
    return remarks;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
