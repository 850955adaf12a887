package io.sluice.delta.log;

import io.delta.kernel.Operation;
import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.TransactionCommitResult;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.exceptions.KernelException;
import io.delta.kernel.exceptions.TableNotFoundException;
import io.delta.kernel.expressions.Column;
import io.delta.kernel.transaction.CreateTableTransactionBuilder;
import io.delta.kernel.transaction.DataLayoutSpec;
import io.delta.kernel.utils.CloseableIterable;
import io.sluice.delta.schema.NewColumns;
import io.sluice.delta.schema.SchemaCheck;
import io.sluice.delta.schema.SchemaEvolution;
import io.sluice.delta.schema.TableLayout;
import io.sluice.delta.storage.OutsideTableException;
import io.sluice.delta.storage.TableEngine;
import io.sluice.delta.storage.TableStorage;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.flink.annotation.Internal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest version of a table as a sink knows it: loads it, creates the table, and publishes the
 * version after it. Not thread-safe: one per committer.
 */
@Internal
public final class TableHead implements Closeable {

  private static final Logger LOGGER = LoggerFactory.getLogger(TableHead.class);

  private final TableStorage table;
  private final TableLayout layout;
  private final Engine engine;
  private final DescribingCommitter committer = new DescribingCommitter();
  private final VersionPublisher publisher;
  private Runnable onOtherVersion = () -> {};

  /** Null when the next use must load it; {@link #state} stays valid meanwhile. */
  private Snapshot snapshot;

  private TableState state;

  /** The state's version in the log; null when it is not known. */
  private LogEntry entry;

  /**
   * @param layout what the sink wants the table to look like
   * @param onHookFailure called when a log checkpoint or checksum could not be written
   */
  public TableHead(TableStorage table, TableLayout layout, Runnable onHookFailure) {
    this.table = table;
    this.layout = layout;
    engine = TableEngine.of(table);
    publisher = new VersionPublisher(table, engine, onHookFailure);
  }

  public TableStorage table() {
    return table;
  }

  public TableLayout layout() {
    return layout;
  }

  public Engine engine() {
    return engine;
  }

  /**
   * Sets what is called when the head becomes a version that is not our own commit. It may have the
   * number of the one before: of a table restored, or overwritten.
   */
  public void onOtherVersion(Runnable listener) {
    onOtherVersion = listener;
  }

  /**
   * Creates the table as version 0, so that it can be read before its first row, unless it exists
   * and fits.
   */
  public TableHead createIfAbsent() throws IOException {
    if (load().isEmpty()) {
      try {
        create();
      } catch (KernelException raced) {
        if (load().isEmpty()) {
          throw new IOException("Cannot create table " + table, raced);
        }
        LOGGER.debug("Another writer created {} first", table, raced);
      }
    }
    refresh();
    return this;
  }

  /**
   * Fails unless the table fits or is absent; writes nothing.
   *
   * @throws IllegalStateException naming every difference
   */
  public void checkIfPresent() throws IOException {
    Optional<Snapshot> found = load();
    if (found.isPresent()) {
      SchemaCheck.check(table.toString(), found.get(), layout);
    }
  }

  private void create() throws IOException {
    CreateTableTransactionBuilder builder =
        TableManager.buildCreateTableTransaction(
                table.toString(), layout.schema(), DescribingCommitter.ENGINE_INFO)
            .withTableProperties(layout.properties())
            .withMaxRetries(0);
    if (!layout.partitionColumns().isEmpty()) {
      List<Column> columns =
          layout.partitionColumns().stream().map(Column::new).collect(Collectors.toList());
      builder = builder.withDataLayoutSpec(DataLayoutSpec.partitioned(columns));
    }
    TransactionCommitResult created =
        builder.build(engine).commit(engine, CloseableIterable.emptyIterable());
    publisher.runHooks(created);
    publisher.settle();
  }

  private Optional<Snapshot> load() throws IOException {
    try {
      Snapshot latest =
          TableManager.loadSnapshot(table.toString()).withCommitter(committer).build(engine);
      TableProblem.requireSchema(latest);
      return Optional.of(latest);
    } catch (TableNotFoundException absent) {
      LOGGER.debug("No table at {}", table, absent);
      return Optional.empty();
    } catch (RuntimeException e) {
      OutsideTableException.throwIfCauseOf(e);
      throw new IOException(
          "Table %s cannot be read: %s. Nothing was written. Repair the table's log, or remove the table"
              .formatted(table, TableProblem.of(table, e)),
          e);
    }
  }

  /** The last known state; other writers may have moved on. */
  public TableState current() throws IOException {
    return state == null ? refresh() : state;
  }

  /** The state as it is now. */
  public TableState refresh() throws IOException {
    Snapshot loaded =
        load()
            .orElseThrow(
                () ->
                    new IOException(
                        "Table " + table + " is gone. Restore it, or start the job without state"));
    LogEntry found = LogEntry.of(table, loaded);
    if (state == null || !found.equals(entry)) {
      SchemaCheck.check(table.toString(), loaded, layout);
      onOtherVersion.run();
      state = new TableState(loaded.getVersion(), TableLog.transactions(engine, loaded));
      entry = found;
    }
    snapshot = loaded;
    return state;
  }

  /**
   * Loads what the next commit follows, unless it is loaded.
   *
   * @return false when that is not {@link #current()} any more: decide anew
   */
  public boolean isReady() throws IOException {
    TableState decidedOn = current();
    snapshot();
    return state == decidedOn;
  }

  /** The version that the next commit follows. */
  public Snapshot snapshot() throws IOException {
    if (snapshot == null) {
      refresh();
    }
    return snapshot;
  }

  /** It is not certain what the newest version is: the next use looks. */
  public void forget() {
    snapshot = null;
    state = null;
  }

  /** What the files of a commit need of the table's schema as it is now. */
  public SchemaEvolution evolution(NewColumns newColumns) throws IOException {
    return SchemaEvolution.of(table.toString(), snapshot(), layout, newColumns);
  }

  /**
   * Publishes the next version.
   *
   * @param transactions application id to version: the {@code txn} actions among the actions
   * @return false when another writer took it
   * @throws IOException if it is not certain whether it was published
   */
  public boolean publish(
      Operation operation,
      CommitDescription description,
      List<Row> actions,
      Map<String, Long> transactions,
      SchemaEvolution evolution)
      throws IOException {
    committer.describe(description);
    Optional<TransactionCommitResult> published =
        publisher.publish(snapshot(), operation, actions, evolution);
    if (published.isEmpty()) {
      return false;
    }
    if (!evolution.isEmpty()) {
      LOGGER.info("Table {} has new or wider columns: {}", table, evolution.columns());
    }
    TransactionCommitResult result = published.get();
    state = state.next(result.getVersion(), transactions);
    entry =
        result.getPostCommitSnapshot().isPresent()
            ? LogEntry.of(table, result.getPostCommitSnapshot().get())
            : null;
    // The kept snapshot lists every version since the checkpoint before; a new one starts at a
    // checkpoint just written.
    snapshot =
        VersionPublisher.wantsCheckpoint(result)
            ? null
            : result.getPostCommitSnapshot().orElse(null);
    return true;
  }

  /** Waits for what follows the last commit. */
  @Override
  public void close() {
    publisher.settle();
  }
}
