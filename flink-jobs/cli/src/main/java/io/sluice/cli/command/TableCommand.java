package io.sluice.cli.command;

import io.sluice.cli.platform.Tables;
import io.sluice.cli.query.TableEntries;
import io.sluice.cli.query.TableQuery;
import io.sluice.cli.text.Cells;
import io.sluice.cli.text.FailureText;
import io.sluice.cli.text.Output;
import io.sluice.cli.text.Text;
import io.sluice.cli.text.TimeText;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Looks into the tables of the lake. The servers need not run. */
@Command(
    name = "table",
    header = "Look into the Delta tables of the lake.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example:", "  ./sluice table show gold/exposure_by_book_1m --limit 5"})
final class TableCommand implements Runnable {
  @ParentCommand private SluiceCommand sluice;
  @Spec private CommandSpec spec;

  @Option(
      names = "--lake",
      paramLabel = "DIR",
      description = LakeChoice.DESCRIPTION,
      scope = picocli.CommandLine.ScopeType.INHERIT)
  private String lake;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Name what to do: list, show, history, detail or schema.");
  }

  private Tables tables() {
    return sluice.platform().tables(LakeChoice.root(lake, sluice));
  }

  private Output output() {
    return new Output(spec, sluice.context());
  }

  @Command(
      name = "list",
      header = "List the tables.",
      description = {
        "A table that cannot be read is listed with its reason. The exit code is 0 all the same:",
        "show, history and detail of that table end with 1."
      },
      footer = {"", "Example:", "  ./sluice table list"})
  int list(@Option(names = "--json", description = "Print as JSON.") boolean json)
      throws IOException {
    List<TableEntries.ListedTable> found = new ArrayList<>();
    for (String table : tables().list()) {
      found.add(entry(table));
    }
    boolean allRead = found.stream().allMatch(entry -> entry.problem() == null);
    print(
        allRead ? found.stream().map(TableEntries.ListedTable::withoutProblem).toList() : found,
        json,
        Cells::whole);
    return 0;
  }

  /** One table's fault does not hide the others. */
  private TableEntries.ListedTable entry(String table) {
    Optional<Tables.Commit> latest = Optional.empty();
    String problem = null;
    try {
      latest = tables().latest(table);
    } catch (IOException | RuntimeException e) {
      problem = FailureText.sentence(e);
    }
    return new TableEntries.ListedTable(
        table,
        latest.map(Tables.Commit::version).orElse(null),
        latest.map(commit -> Text.time(commit.time())).orElse(null),
        problem);
  }

  @Command(
      name = "show",
      header = "Show rows of a table.",
      footer = {
        "",
        "Examples:",
        "  ./sluice table show silver/trades --limit 5 --columns trade_id,price",
        "  ./sluice table show ledger/market-risk --version 3 --json",
        "  ./sluice table show silver/trades --as-of 2026-01-31T13:45:00Z",
        "  ./sluice table show silver/trades --where \"price > 100\" --order-by \"price DESC\"",
        "  ./sluice table show silver/trades --where \"book = 'B1'\" --count"
      })
  int show(
      @Parameters(paramLabel = "LAYER/NAME", description = LakeChoice.TABLE) String table,
      @Option(names = "--version", paramLabel = "N", description = "Version (default: newest).")
          Long version,
      @Option(
              names = "--as-of",
              paramLabel = "TIME",
              description =
                  "The version of this time: 2026-01-31T13:45:00Z; without an offset UTC, a date is"
                      + " its first moment.")
          String asOf,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "20",
              description = "Most rows to show (default: ${DEFAULT-VALUE}).")
          int limit,
      @Option(
              names = "--columns",
              paramLabel = "A,B",
              split = ",",
              description = "Columns to show (default: all).")
          List<String> columns,
      @Option(
              names = "--where",
              paramLabel = "EXPR",
              description = "Only rows for which this SQL expression is true.")
          String where,
      @Option(
              names = "--order-by",
              paramLabel = "EXPR",
              description = "Order of the rows, as in SQL: \"price DESC, trade_id\".")
          String orderBy,
      @Option(names = "--count", description = "Show the number of rows instead of them.")
          boolean count,
      @Option(names = "--json", description = "Print a JSON array of objects.") boolean json)
      throws IOException {
    requirePositive(limit);
    Optional<Long> wanted = version(table, version, asOf);
    List<String> shown = columns == null ? List.of() : columns;
    Tables.Rows rows =
        where == null && orderBy == null && !count
            ? tables().rows(table, wanted, shown, limit)
            : TableQuery.of(table, wanted)
                .columns(count ? List.of() : shown)
                .where(where)
                .orderBy(count ? null : orderBy)
                .run(tables(), count, limit);
    Output output = output();
    if (json) {
      output.json(rows.rows().stream().map(row -> object(rows.columns(), row)).toList());
    } else {
      output.table(
          rows.columns(),
          rows.rows().stream().map(row -> row.stream().map(Cells::text).toList()).toList());
    }
    return 0;
  }

  @Command(
      name = "history",
      header = "Show the versions of a table, newest first.",
      footer = {"", "Example:", "  ./sluice table history silver/trades --limit 10"})
  int history(
      @Parameters(paramLabel = "LAYER/NAME", description = LakeChoice.TABLE) String table,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "20",
              description = "Most versions to show (default: ${DEFAULT-VALUE}).")
          int limit,
      @Option(names = "--json", description = "Print as JSON.") boolean json)
      throws IOException {
    requirePositive(limit);
    print(
        tables().history(table, limit).stream().map(TableEntries.HistoryEntry::of).toList(), json);
    return 0;
  }

  @Command(
      name = "detail",
      header = "Show size, partitions and properties of a table.",
      footer = {"", "Example:", "  ./sluice table detail gold/exposure_by_book_1m"})
  int detail(
      @Parameters(paramLabel = "LAYER/NAME", description = LakeChoice.TABLE) String table,
      @Option(names = "--json", description = "Print as JSON.") boolean json)
      throws IOException {
    TableEntries.DetailEntry detail =
        TableEntries.DetailEntry.of(table, tables().detail(table), tables().pausedUntil(table));
    Output output = output();
    if (json) {
      output.json(detail);
    } else {
      Cells.fields(detail)
          .forEach((name, value) -> output.line("%-18s %s".formatted(name, Cells.whole(value))));
    }
    return 0;
  }

  @Command(
      name = "schema",
      header = "Show the columns of a table.",
      footer = {"", "Example:", "  ./sluice table schema silver/trades"})
  int schema(
      @Parameters(paramLabel = "LAYER/NAME", description = LakeChoice.TABLE) String table,
      @Option(names = "--json", description = "Print as JSON.") boolean json)
      throws IOException {
    print(tables().schema(table).stream().map(TableEntries.ColumnEntry::of).toList(), json);
    return 0;
  }

  private Optional<Long> version(String table, Long version, String asOf) throws IOException {
    if (asOf == null) {
      return Optional.ofNullable(version);
    }
    if (version != null) {
      throw new ParameterException(
          spec.commandLine(), "Choose one version: --version or --as-of, not both.");
    }
    Instant time =
        TimeText.parse(asOf)
            .orElseThrow(
                () ->
                    new ParameterException(
                        spec.commandLine(),
                        "--as-of is a time such as 2026-01-31T13:45:00Z, 2026-01-31T13:45:00 (UTC)"
                            + " or 2026-01-31, not \""
                            + asOf
                            + "\"."));
    return Optional.of(tables().versionAsOf(table, time));
  }

  private void requirePositive(int limit) {
    if (limit < 1) {
      throw new ParameterException(spec.commandLine(), "--limit is 1 or more, not " + limit + ".");
    }
  }

  /** Entries of one kind, as a table or as JSON. */
  private void print(List<? extends Record> entries, boolean json) {
    print(entries, json, Cells::text);
  }

  private void print(List<? extends Record> entries, boolean json, Function<Object, String> cell) {
    Output output = output();
    if (json) {
      output.json(entries);
    } else if (entries.isEmpty()) {
      output.line("None.");
    } else {
      List<Map<String, Object>> rows =
          entries.stream().<Map<String, Object>>map(Cells::fields).toList();
      output.table(
          rows.get(0).keySet().stream().map(name -> Cells.title(name)).toList(),
          rows.stream().map(row -> row.values().stream().map(cell).toList()).toList());
    }
  }

  private static Map<String, Object> object(List<String> columns, List<Object> row) {
    Map<String, Object> object = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      object.put(columns.get(i), Cells.json(row.get(i)));
    }
    return object;
  }
}
