package io.sluice.cli.command;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cli.query.LakeQuery;
import io.sluice.cli.text.Cells;
import io.sluice.cli.text.CommandFailure;
import io.sluice.cli.text.Output;
import io.sluice.cli.text.TerminalWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Queries the tables of the lake with SQL. The servers need not run. */
@Command(
    name = "query",
    header = "Query the tables of the lake with SQL.",
    description = {
      "A table is LAYER.NAME, in double quotes when its name has a hyphen. Behind it AT (VERSION =>",
      "12) or AT (TIMESTAMP => '2026-01-31T13:45:00Z') reads an older version. The SQL is DuckDB's;",
      "it reads the tables' live rows and nothing else, and writes nothing. Times are UTC."
    },
    footer = {
      "",
      "Examples:",
      "  ./sluice query \"SELECT book, count(*) FROM silver.trades GROUP BY book ORDER BY book\"",
      "  ./sluice query \"FROM silver.trades AT (VERSION => 12) LIMIT 5\" --format json",
      "  ./sluice query 'SELECT * FROM ledger.\"market-risk\"' --format csv > ledger.csv"
    })
public final class QueryCommand implements Callable<Integer> {
  private static final int MOST_ROWS_OF_A_TABLE = 1_000;

  /** How rows are written. */
  enum Format {
    table,
    csv,
    json
  }

  @ParentCommand private SluiceCommand sluice;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "SQL", description = "One query.")
  private String sql;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table (at most 1,000 rows), csv or json (default: ${DEFAULT-VALUE}).")
  private Format format;

  @Option(names = "--json", description = "The same as --format json.")
  private boolean json;

  @Option(names = "--lake", paramLabel = "DIR", description = LakeChoice.DESCRIPTION)
  private String lake;

  @Override
  public Integer call() throws IOException {
    try (LakeQuery query = new LakeQuery(sluice.platform().tables(LakeChoice.root(lake, sluice)))) {
      PrintWriter out = spec.commandLine().getOut();
      switch (json ? Format.json : format) {
        // A program reads exactly what is there; a person's terminal is not steered by it.
        case csv -> csv(query, sluice.context().terminal() ? out : TerminalWriter.of(out).exact());
        case json -> json(query, out);
        default -> table(query);
      }
      out.flush();
    } catch (UncheckedIOException e) {
      throw new CommandFailure("The rows cannot be written: " + e.getCause().getMessage(), e);
    }
    return 0;
  }

  private void table(LakeQuery query) throws IOException {
    Output output = new Output(spec, sluice.context());
    List<String> header = new ArrayList<>();
    List<List<String>> rows = new ArrayList<>();
    long[] count = new long[1];
    query.run(
        sql,
        new LakeQuery.Target() {
          @Override
          public void columns(List<String> names) {
            names.forEach(name -> header.add(Cells.text(name)));
          }

          @Override
          public void row(List<Object> values) {
            if (count[0]++ < MOST_ROWS_OF_A_TABLE) {
              rows.add(values.stream().map(Cells::text).toList());
            }
          }
        });
    output.table(header, rows);
    if (count[0] > rows.size()) {
      output.remark(
          "The first %,d of %,d rows are shown; --format csv and json write all."
              .formatted(rows.size(), count[0]));
    }
  }

  /** After RFC 4180. */
  private void csv(LakeQuery query, PrintWriter out) throws IOException {
    query.run(
        sql,
        new LakeQuery.Target() {
          @Override
          public void columns(List<String> names) {
            write(out, names);
          }

          @Override
          public void row(List<Object> values) {
            write(out, values.stream().map(Cells::written).toList());
          }
        });
  }

  private static void write(PrintWriter out, List<String> values) {
    out.print(values.stream().map(QueryCommand::cell).collect(Collectors.joining(",")));
    out.print("\r\n");
  }

  private static String cell(String text) {
    return text.matches("(?s).*[,\"\r\n].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }

  private void json(LakeQuery query, PrintWriter out) throws IOException {
    JsonGenerator json = new ObjectMapper().createGenerator(out);
    List<String> header = new ArrayList<>();
    query.run(
        sql,
        new LakeQuery.Target() {
          @Override
          public void columns(List<String> names) {
            header.addAll(names);
            write(json, JsonGenerator::writeStartArray);
          }

          @Override
          public void row(List<Object> values) {
            write(
                json,
                to -> {
                  to.writeRaw('\n');
                  to.writeStartObject();
                  for (int i = 0; i < header.size(); i++) {
                    to.writePOJOField(header.get(i), Cells.json(values.get(i)));
                  }
                  to.writeEndObject();
                });
          }
        });
    write(json, JsonGenerator::writeEndArray);
    json.flush();
    out.println();
  }

  private interface Writing {
    void to(JsonGenerator json) throws IOException;
  }

  private static void write(JsonGenerator json, Writing writing) {
    try {
      writing.to(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
