package io.sluice.cli.command;

import io.sluice.cli.platform.TableMaintenance;
import io.sluice.cli.submit.RestorePoints;
import io.sluice.cli.text.Amounts;
import io.sluice.cli.text.CommandFailure;
import io.sluice.cli.text.FailureText;
import io.sluice.cli.text.Output;
import io.sluice.cli.text.Text;
import io.sluice.delta.maintain.DeltaMaintenance;
import io.sluice.delta.rewrite.RewriteResult;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Keeps the tables of the lake in shape. The servers need not run; jobs may. */
@Command(
    name = "maintain",
    header = "Pack, order and clean the Delta tables of the lake.",
    description = {
      "Jobs may write the tables meanwhile: neither waits for the other. With --dry-run a command",
      "says what it would do."
    },
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example:", "  ./sluice maintain optimize silver/trades --dry-run"})
final class MaintainCommand implements Runnable {
  /** A savepoint's files are a little older than the savepoint itself. */
  private static final Duration SAVEPOINT_MARGIN = Duration.ofHours(1);

  @ParentCommand private SluiceCommand sluice;
  @Spec private CommandSpec spec;

  @Option(
      names = "--lake",
      paramLabel = "DIR",
      description = LakeChoice.DESCRIPTION,
      scope = picocli.CommandLine.ScopeType.INHERIT)
  private String lake;

  /** What all commands know. */
  static final class Common {
    @Parameters(arity = "0..*", paramLabel = "LAYER/NAME", description = LakeChoice.TABLE)
    private List<String> tables = List.of();

    @Option(
        names = "--all",
        description =
            "Every table of the lake. As with several tables, what fails for one does not keep the others from it; the exit code is 1 then.")
    private boolean all;

    @Option(names = "--dry-run", description = "Only say what would be done.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print as JSON, an object for each table.")
    private boolean json;
  }

  /** What is done to one table. */
  private interface Step {
    void on(String table) throws IOException;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "Name what to do: optimize, zorder, vacuum, checkpoint, pause or resume.");
  }

  @Command(
      name = "optimize",
      header = "Pack small files, and files with many deleted rows, into bigger ones.",
      description = {
        "Rows do not change. The old files stay readable for older versions until vacuum. Files",
        "that another writer changes meanwhile are left as they are."
      },
      footer = {"", "Example:", "  ./sluice maintain optimize silver/trades"})
  int optimize(
      @Mixin Common common,
      @Option(
              names = "--target-size",
              paramLabel = "SIZE",
              defaultValue = "128MB",
              converter = Amounts.Bytes.class,
              description = "Size of a good file (default: ${DEFAULT-VALUE}).")
          long targetSize)
      throws IOException {
    TableMaintenance tables = maintenance();
    return each(
        common,
        table -> {
          RewriteResult result = tables.optimize(table, targetSize, common.dryRun);
          report(common, table).print(result);
        });
  }

  @Command(
      name = "zorder",
      header = "Order the rows so that filters by any of some columns read few files.",
      description = {
        "Rewrites every partition of more than one file, each time. Rows do not change. Partitions",
        "larger than 64 MB in memory are sorted in files of the temporary folder."
      },
      footer = {"", "Example:", "  ./sluice maintain zorder silver/trades --columns symbol,price"})
  int zorder(
      @Mixin Common common,
      @Option(
              names = "--columns",
              paramLabel = "A,B",
              split = ",",
              required = true,
              description = "Columns that are filtered by, most important first.")
          List<String> columns,
      @Option(
              names = "--target-size",
              paramLabel = "SIZE",
              defaultValue = "128MB",
              converter = Amounts.Bytes.class,
              description = "Size of a file (default: ${DEFAULT-VALUE}).")
          long targetSize)
      throws IOException {
    TableMaintenance tables = maintenance();
    return each(
        common,
        table -> {
          RewriteResult result = tables.zorder(table, columns, targetSize, common.dryRun);
          report(common, table).print(result);
        });
  }

  @Command(
      name = "vacuum",
      header = "Remove files that no version within the retention needs.",
      description = {
        "Versions older than the retention can no longer be read. A savepoint or retained",
        "checkpoint older than the retention may have files yet to commit: while one is there,",
        "vacuum refuses to run. Files that a source of old versions has yet to read are kept; the",
        "output tells for how many sources."
      },
      footer = {
        "",
        "Examples:",
        "  ./sluice maintain vacuum silver/trades --dry-run",
        "  ./sluice maintain vacuum --all --lake s3://BUCKET/lake"
      })
  int vacuum(
      @Mixin Common common,
      @Option(
              names = "--retention",
              paramLabel = "TIME",
              defaultValue = "7d",
              converter = Amounts.Time.class,
              description = "How long files stay, such as 36h (default: ${DEFAULT-VALUE}).")
          Duration retention,
      @Option(
              names = "--force",
              description = "Skip the retention check and the look for older savepoints.")
          boolean force)
      throws IOException {
    TableMaintenance tables = maintenance();
    return each(
        common,
        table -> {
          if (!force) {
            Instant reach = Instant.now().minus(retention).plus(SAVEPOINT_MARGIN);
            new RestorePoints(sluice.platform().state(sluice.home())).requireNone(reach, table);
          }
          report(common, table).print(tables.vacuum(table, retention, !force, common.dryRun));
        });
  }

  @Command(
      name = "checkpoint",
      header = "Write a log checkpoint of the latest version if it has none.",
      footer = {"", "Example:", "  ./sluice maintain checkpoint silver/trades"})
  int checkpoint(@Mixin Common common) throws IOException {
    TableMaintenance tables = maintenance();
    return each(
        common, table -> report(common, table).print(tables.checkpoint(table, common.dryRun)));
  }

  @Command(
      name = "pause",
      header = "Let a statement of another writer win: jobs commit nothing for a while.",
      description = {
        "Jobs go on and keep what they would commit to the table in their state. When the pause is",
        "over, each checkpoint becomes a version of its own, also after a failure. A job keeps from",
        "its next checkpoint on, so wait for one checkpoint interval before you start the statement."
      },
      footer = {"", "Example:", "  ./sluice maintain pause silver/trades --for 2m"})
  int pause(
      @Parameters(paramLabel = "LAYER/NAME", description = LakeChoice.TABLE) String table,
      @Option(
              names = "--for",
              paramLabel = "TIME",
              defaultValue = "2m",
              converter = Amounts.ShortTime.class,
              description = "How long, such as 90s; at most 10m (default: ${DEFAULT-VALUE}).")
          Duration time)
      throws IOException {
    if (time.isZero() || time.compareTo(DeltaMaintenance.LONGEST_PAUSE) > 0) {
      throw new ParameterException(
          spec.commandLine(), "--for is a time of more than 0s and at most 10m.");
    }
    new Output(spec, sluice.context())
        .line(
            "%s is paused until %s. End it earlier with: %s maintain resume %s"
                .formatted(
                    table,
                    Text.time(maintenance().pause(table, time)),
                    sluice.context().program(),
                    table));
    return 0;
  }

  @Command(
      name = "resume",
      header = "End a pause before its time.",
      footer = {"", "Example:", "  ./sluice maintain resume silver/trades"})
  int resume(@Parameters(paramLabel = "LAYER/NAME", description = LakeChoice.TABLE) String table)
      throws IOException {
    new Output(spec, sluice.context())
        .line(table + (maintenance().resume(table) ? " is no longer paused." : " was not paused."));
    return 0;
  }

  private TableMaintenance maintenance() {
    return sluice.platform().maintenance(LakeChoice.root(lake, sluice));
  }

  /** Ends with 1 when a table failed; the only one fails as a command does. */
  private int each(Common common, Step step) throws IOException {
    if (common.all != common.tables.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "Name tables, or give --all.");
    }
    List<String> tables =
        common.all ? sluice.platform().tables(LakeChoice.root(lake, sluice)).list() : common.tables;
    int code = 0;
    for (String table : tables) {
      try {
        step.on(table);
      } catch (IOException | CommandFailure e) {
        if (!common.all && tables.size() == 1) {
          throw e;
        }
        new Output(spec, sluice.context())
            .remark("sluice: %s: %s".formatted(table, FailureText.sentence(e)));
        code = 1;
      }
    }
    return code;
  }

  private MaintenanceReport report(Common common, String table) {
    Output output = new Output(spec, sluice.context());
    return new MaintenanceReport(output, table, common.dryRun, common.json);
  }
}
