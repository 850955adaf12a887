package io.sluice.cli.produce;

import io.sluice.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.QuoteMode;

/**
 * Records of a CSV file (RFC 4180) whose header names columns of the schema. An empty cell is null;
 * {@code ""} is the empty string; a nested value is JSON text. Each record is parsed on its own, so
 * that a broken quote costs one line and not the rest of the file.
 */
public final class CsvRecords implements RecordReader {
  // With this mode an empty cell without quotes is null and one with quotes is not.
  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180.builder().setQuoteMode(QuoteMode.ALL_NON_NULL).get();
  private static final int MAX_LINES_OF_A_RECORD = 200;

  private final TextLines lines;
  private final Schema schema;
  private final List<String> header;
  private final List<String> unknown;

  /**
   * Opens the file and reads its header.
   *
   * @throws CommandFailure if the header cannot serve for this schema
   */
  public CsvRecords(Path file, Schema schema) throws IOException {
    this.schema = schema;
    this.lines = new TextLines(file);
    boolean opened = false;
    try {
      header = readHeader(file);
      unknown = header.stream().filter(name -> schema.getField(name) == null).toList();
      checkHeader(file);
      opened = true;
    } finally {
      if (!opened) {
        lines.close();
      }
    }
  }

  private List<String> readHeader(Path file) throws IOException {
    TextLines.Line first =
        lines
            .next()
            .orElseThrow(
                () ->
                    new CommandFailure(file + " is empty: its first line must name the columns."));
    if (first.text() == null) {
      throw new CommandFailure(file + ", line 1 is not UTF-8 text.");
    }
    List<String> names = new ArrayList<>();
    for (String cell : cells(first.text())) {
      names.add(cell == null ? "" : cell.strip());
    }
    return List.copyOf(names);
  }

  private void checkHeader(Path file) {
    Set<String> seen = new HashSet<>();
    for (String name : header) {
      if (!seen.add(name)) {
        throw new CommandFailure("%s, line 1 names the column \"%s\" twice.".formatted(file, name));
      }
    }
    List<String> missing =
        schema.getFields().stream()
            .filter(Fields::isMandatory)
            .map(Schema.Field::name)
            .filter(name -> !seen.contains(name))
            .toList();
    if (!missing.isEmpty()) {
      throw new CommandFailure(
          "%s, line 1 does not name %s, which the schema of %s requires; it names: %s."
              .formatted(
                  file, String.join(", ", missing), schema.getName(), String.join(", ", header)));
    }
  }

  @Override
  public List<String> unknownColumns() {
    return unknown;
  }

  @Override
  public Optional<InputLine> next() throws IOException {
    Optional<TextLines.Line> line = lines.next();
    while (line.isPresent() && line.get().text() != null && line.get().text().isBlank()) {
      line = lines.next();
    }
    return line.isEmpty() ? Optional.empty() : Optional.of(record(line.get()));
  }

  private InputLine record(TextLines.Line first) throws IOException {
    if (first.text() == null) {
      return new InputLine.Bad(first.number(), "is not UTF-8 text");
    }
    List<TextLines.Line> continuation = new ArrayList<>();
    Optional<String> whole = wholeRecord(first.text(), continuation);
    if (whole.isEmpty()) {
      return refused(first, continuation, "has a quote that is never closed");
    }
    List<String> cells;
    try {
      cells = cells(whole.get());
    } catch (IOException e) {
      return refused(
          first, continuation, "is not CSV: text stands behind the closing quote of a cell");
    }
    if (cells.size() != header.size()) {
      return refused(
          first,
          continuation,
          "has %d cells, but the header has %d".formatted(cells.size(), header.size()));
    }
    return convert(first.number(), cells);
  }

  /** Only the first line is lost: the lines that its open quote drew in are read again. */
  private InputLine refused(
      TextLines.Line first, List<TextLines.Line> continuation, String reason) {
    lines.giveBack(continuation);
    return new InputLine.Bad(first.number(), reason);
  }

  private InputLine convert(long number, List<String> cells) {
    GenericRecord record = new GenericData.Record(schema);
    List<String> problems = new ArrayList<>();
    for (Schema.Field field : schema.getFields()) {
      int position = header.indexOf(field.name());
      try {
        record.put(
            field.pos(),
            position < 0 ? Fields.absent(field) : Fields.cell(field, cells.get(position)));
      } catch (BadValueException e) {
        problems.add(e.in(field.name()).getMessage());
      }
    }
    return problems.isEmpty()
        ? new InputLine.Good(number, record)
        : new InputLine.Bad(number, String.join("; ", problems));
  }

  /**
   * Adds lines while a quoted cell is open; empty when it is never closed.
   *
   * @param added receives the lines behind the first
   */
  private Optional<String> wholeRecord(String first, List<TextLines.Line> added)
      throws IOException {
    StringBuilder text = new StringBuilder(first);
    while (endsInsideQuotes(text)) {
      Optional<TextLines.Line> more =
          added.size() < MAX_LINES_OF_A_RECORD ? lines.next() : Optional.empty();
      if (more.isEmpty()) {
        return Optional.empty();
      }
      added.add(more.get());
      if (more.get().text() == null) {
        return Optional.empty();
      }
      text.append('\n').append(more.get().text());
    }
    return Optional.of(text.toString());
  }

  private static boolean endsInsideQuotes(CharSequence text) {
    boolean inside = false;
    boolean cellBegins = true;
    boolean justClosed = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (inside) {
        inside = c != '"';
        justClosed = !inside;
      } else {
        // A quote right behind a closing one is an escaped quote: the cell goes on.
        inside = c == '"' && (cellBegins || justClosed);
        justClosed = false;
      }
      cellBegins = !inside && c == ',';
    }
    return inside;
  }

  private static List<String> cells(String text) throws IOException {
    try (CSVParser parser = CSVParser.parse(text, FORMAT)) {
      for (CSVRecord record : parser) {
        return record.toList();
      }
      return List.of();
    } catch (java.io.UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
