package io.sluice.cli.produce;

import io.sluice.cli.platform.Problem;
import io.sluice.cli.text.CommandFailure;
import io.sluice.definition.yaml.NameList;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/**
 * Records of a CSV input (see {@link CsvRows}) whose header names columns of the schema. An empty
 * cell is null; {@code ""} is the empty string; a nested value is JSON text.
 */
final class CsvRecords implements RecordReader {
  private static final int NO_CELL = -1;

  private final String name;
  private final CsvRows rows;
  private final Columns columns;
  private final byte[] headerLine;
  private final List<String> header;
  private final int[] cellOfField;

  /**
   * Reads the header.
   *
   * @param name the input's name for messages
   * @throws CommandFailure if the header cannot serve for this schema
   */
  CsvRecords(String name, InputStream in, char delimiter, Columns columns) throws IOException {
    this.name = name;
    this.columns = columns;
    this.rows = new CsvRows(in, delimiter);
    CsvRows.Row first =
        rows.next()
            .orElseThrow(
                () ->
                    new CommandFailure(name + " is empty: its first line must name the columns."));
    if (first.flaw() != null) {
      throw new CommandFailure(
          "%s, line %d: the header %s.".formatted(name, first.number(), first.flaw().text()));
    }
    this.headerLine = first.bytes();
    this.header = names(first.cells());
    this.cellOfField = cellOfField();
    checkHeader(delimiter);
  }

  private static List<String> names(List<String> cells) {
    return cells.stream().map(cell -> cell == null ? "" : cell.strip()).toList();
  }

  private int[] cellOfField() {
    int[] cellOfField = new int[columns.schema().getFields().size()];
    Arrays.fill(cellOfField, NO_CELL);
    Map<String, String> columnOfField = new HashMap<>();
    for (int i = 0; i < header.size(); i++) {
      Schema.Field field = columns.field(header.get(i));
      if (field != null) {
        String other = columnOfField.put(field.name(), header.get(i));
        if (other != null) {
          throw new CommandFailure(
              "%s, line 1 names %s, of which only one can be the field %s."
                  .formatted(name, both(other, header.get(i)), field.name()));
        }
        cellOfField[field.pos()] = i;
      }
    }
    return cellOfField;
  }

  private static String both(String first, String second) {
    return first.equals(second)
        ? "the column \"" + first + "\" twice"
        : "the columns \"" + first + "\" and \"" + second + "\"";
  }

  private void checkHeader(char delimiter) {
    Set<String> seen = new HashSet<>();
    for (String column : header) {
      if (!column.isEmpty() && !seen.add(column)) {
        throw new CommandFailure(
            "%s, line 1 names the column \"%s\" twice.".formatted(name, column));
      }
    }
    for (String column : columns.renamed()) {
      if (!seen.contains(column)) {
        throw new CommandFailure(
            "--map %s: %s, line 1 names no column %s.%s It names: %s."
                .formatted(
                    column, name, column, Columns.didYouMean(column, header), NameList.of(header)));
      }
    }
    List<String> missing = columns.missing(header);
    boolean useless = header.stream().allMatch(column -> columns.field(column) == null);
    if (!missing.isEmpty() || useless) {
      throw new CommandFailure(
          "%s, line 1 does not name %s, which the schema of %s %s; it names: %s.%s"
              .formatted(
                  name,
                  useless && missing.isEmpty() ? "any column" : NameList.of(missing),
                  columns.schema().getName(),
                  useless && missing.isEmpty() ? "has" : "requires",
                  NameList.of(header),
                  remedy(missing, delimiter)));
    }
  }

  private String remedy(List<String> missing, char delimiter) {
    if (header.size() == 1) {
      for (char other : new char[] {';', '\t', '|', ','}) {
        if (other != delimiter && header.get(0).indexOf(other) >= 0) {
          return " Try --delimiter " + (other == '\t' ? "tab" : "'" + other + "'") + ".";
        }
      }
    }
    return missing.stream()
        .map(field -> new String[] {field, Columns.didYouMean(field, header)})
        .filter(hint -> !hint[1].isEmpty())
        .findFirst()
        .map(hint -> hint[1].strip() + " Then add --map COLUMN=" + hint[0] + ".")
        .map(hint -> " " + hint)
        .orElse(" A column of another name is given with --map COLUMN=FIELD.");
  }

  @Override
  public List<String> unknownColumns() {
    return header.stream()
        .filter(column -> !column.isEmpty() && columns.field(column) == null)
        .map(columns::unknown)
        .toList();
  }

  @Override
  public Optional<byte[]> header() {
    return Optional.of(headerLine);
  }

  @Override
  public Optional<InputLine> next() throws IOException {
    Optional<CsvRows.Row> row = rows.next();
    while (row.isPresent() && isBlank(row.get())) {
      row = rows.next();
    }
    return row.map(this::record);
  }

  private boolean isBlank(CsvRows.Row row) {
    return header.size() > 1
        && row.cells() != null
        && row.cells().size() == 1
        && row.cells().get(0) != null
        && row.cells().get(0).isBlank();
  }

  private InputLine record(CsvRows.Row row) {
    if (row.flaw() != null) {
      return new InputLine.Bad(row.number(), List.of(row.flaw()), row.bytes());
    }
    if (row.cells().size() != header.size()) {
      Problem problem =
          new Problem(
              "has %d cells, but the header has %d".formatted(row.cells().size(), header.size()),
              "has not as many cells as the header");
      return new InputLine.Bad(row.number(), List.of(problem), row.bytes());
    }
    return convert(row);
  }

  private InputLine convert(CsvRows.Row row) {
    GenericRecord record = new GenericData.Record(columns.schema());
    List<Problem> problems = new ArrayList<>();
    for (Schema.Field field : columns.schema().getFields()) {
      int cell = cellOfField[field.pos()];
      try {
        record.put(
            field.pos(),
            cell == NO_CELL
                ? Fields.absent(field)
                : Fields.cell(field, row.cells().get(cell), columns.style(field)));
      } catch (BadValueException e) {
        problems.add(e.in(field.name()).problem());
      }
    }
    return problems.isEmpty()
        ? new InputLine.Good(row.number(), record, row.bytes())
        : new InputLine.Bad(row.number(), problems, row.bytes());
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
