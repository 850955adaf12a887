package io.sluice.connectors.delta;

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
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Delta table on a local file system, through Delta Kernel. Not thread-safe: one per committer.
 */
final class KernelTable implements CommitTable {

  static final String ENGINE_INFO = "Sluice";

  private static final Logger LOGGER = LoggerFactory.getLogger(KernelTable.class);
  private static final Map<String, String> PROPERTIES =
      Map.of("delta.checkpointInterval", "10", "delta.dataSkippingNumIndexedCols", "32");

  /** A compaction has no hurry: with so many others at work, the next one may do. */
  private static final int MAX_REWRITE_CONFLICTS = 5;

  private static final Map<String, String> UPSERT_PROPERTIES =
      Map.of(SchemaCheck.DELETION_VECTORS, "true");

  private final Path path;
  private final TableLayout layout;
  private final Engine engine;
  private final SluiceCommitInfo commitInfo = new SluiceCommitInfo();
  private final VersionPublisher publisher;
  private final LiveFiles live;
  private final FileCounter counter;
  private final LearnedFiles learned;

  /** Null when the next use must load it; {@link #state} stays valid meanwhile. */
  private Snapshot snapshot;

  private TableState state;

  /** The state's version in the log; null when it is not known. */
  private LogEntry entry;

  /** What the compaction under way has read. */
  private Snapshot compacted;

  KernelTable(Path path, TableLayout layout, Runnable onHookFailure) {
    this.path = path;
    this.layout = layout;
    engine = engine(path);
    publisher = new VersionPublisher(path, engine, onHookFailure);
    live = new LiveFiles(path, layout.targetFileSize());
    counter = new FileCounter(layout.targetFileSize());
    learned = new LearnedFiles(path, engine);
  }

  static Engine engine(Path table) {
    return new LocalEngine(new LocalFileIO(new LocalStorage(table)));
  }

  /**
   * Creates the table as version 0, so that it can be read before its first row, unless it exists
   * and fits.
   */
  KernelTable createIfAbsent() throws IOException {
    if (load().isEmpty()) {
      try {
        create();
      } catch (KernelException raced) {
        if (load().isEmpty()) {
          throw new IOException("Cannot create table " + path, raced);
        }
        LOGGER.debug("Another writer created {} first", path, raced);
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
  void checkIfPresent() throws IOException {
    Optional<Snapshot> found = load();
    if (found.isPresent()) {
      SchemaCheck.check(path.toString(), found.get(), layout);
    }
  }

  private void create() throws IOException {
    DurableFile.createDirectories(path);
    CreateTableTransactionBuilder builder =
        TableManager.buildCreateTableTransaction(path.toString(), layout.schema(), ENGINE_INFO)
            .withTableProperties(PROPERTIES)
            .withMaxRetries(0);
    if (layout.key() != null) {
      builder = builder.withTableProperties(UPSERT_PROPERTIES);
    }
    if (!layout.partitionColumns().isEmpty()) {
      List<Column> columns =
          layout.partitionColumns().stream().map(Column::new).collect(Collectors.toList());
      builder = builder.withDataLayoutSpec(DataLayoutSpec.partitioned(columns));
    }
    TransactionCommitResult created =
        builder.build(engine).commit(engine, CloseableIterable.emptyIterable());
    publisher.runHooks(created);
  }

  private Optional<Snapshot> load() throws IOException {
    try {
      Snapshot latest =
          TableManager.loadSnapshot(path.toString()).withCommitter(commitInfo).build(engine);
      TableProblem.requireSchema(latest);
      return Optional.of(latest);
    } catch (TableNotFoundException absent) {
      LOGGER.debug("No table at {}", path, absent);
      return Optional.empty();
    } catch (RuntimeException e) {
      OutsideTableException.throwIfCauseOf(e);
      throw new IOException(
          "Table %s cannot be read: %s. Nothing was written. Repair the table's log, or remove the table"
              .formatted(path, TableProblem.of(path, e)),
          e);
    }
  }

  @Override
  public TableState current() throws IOException {
    return state == null ? refresh() : state;
  }

  @Override
  public TableState refresh() throws IOException {
    Snapshot loaded =
        load()
            .orElseThrow(
                () ->
                    new IOException(
                        "Table " + path + " is gone. Restore it, or start the job without state"));
    LogEntry found = LogEntry.of(loaded);
    if (state == null || !found.equals(entry)) {
      SchemaCheck.check(path.toString(), loaded, layout);
      // The same version may be another one: of a table restored, or overwritten.
      live.forget();
      state = new TableState(loaded.getVersion(), TableLog.transactions(engine, loaded));
      entry = found;
    }
    snapshot = loaded;
    return state;
  }

  @Override
  public boolean tryCommit(DeltaCommittable committable, Map<String, Long> transactions)
      throws IOException {
    TableState decidedOn = current();
    if (snapshot == null) {
      refresh();
    }
    if (state != decidedOn) {
      return false;
    }
    if (committable.isUpsert() && layout.key() == null) {
      throw new IllegalStateException(
          "The restored state holds "
              + committable
              + " of an upsert, but this sink appends: rows that it replaces would stay. Restore with the"
              + " mode upsert first, or start without this state");
    }
    return committable.isUpsert()
        ? upsert(committable, transactions)
        : append(committable, transactions);
  }

  /** The schema of {@link #current()}, for a table just opened. */
  StructType schema() {
    return snapshot.getSchema();
  }

  private boolean append(DeltaCommittable committable, Map<String, Long> transactions)
      throws IOException {
    SchemaEvolution evolution = evolution(committable);
    if (layout.compacted()) {
      live.load(engine, snapshot);
    } else {
      counter.load(engine, snapshot);
    }
    Merge merge = Merge.append(committable.files());
    describe(committable, "Append", true, evolution);
    if (!publish(
        Operation.STREAMING_UPDATE,
        TableLog.actions(merge, transactions, System.currentTimeMillis()),
        transactions,
        evolution)) {
      return false;
    }
    if (layout.compacted()) {
      live.committed(state.version(), merge);
    } else {
      counter.committed(state.version(), committable.files());
    }
    return true;
  }

  private boolean upsert(DeltaCommittable committable, Map<String, Long> transactions)
      throws IOException {
    SchemaEvolution evolution = evolution(committable);
    live.load(engine, snapshot);
    UpsertMerge upsert =
        new UpsertMerge(
            path, engine, layout, live, committable, learned.of(committable.lineage().learned()));
    Merge merge;
    try {
      merge = upsert.resolve();
    } catch (NoSuchFileException | FileNotFoundException gone) {
      return lostTo(gone);
    }
    // Never a blind append: another writer that adds the same key at the same time must conflict.
    describe(committable, "Upsert", false, evolution);
    if (!publish(
        Operation.STREAMING_UPDATE,
        TableLog.actions(merge, transactions, System.currentTimeMillis()),
        transactions,
        evolution)) {
      upsert.discard();
      return false;
    }
    live.committed(state.version(), merge);
    return true;
  }

  /** What the files of a committable need of the table's schema as it is now. */
  private SchemaEvolution evolution(DeltaCommittable committable) {
    return SchemaEvolution.of(path.toString(), snapshot, layout, committable.newColumns());
  }

  Path path() {
    return path;
  }

  /** As of the last commit. */
  LiveFiles liveFiles() {
    return live;
  }

  @Override
  public Optional<FileCount> files() {
    return layout.compacted() || layout.key() != null ? live.count() : counter.count();
  }

  BackgroundCompaction compaction(LongSupplier nanos) {
    return new BackgroundCompaction(path, layout, nanos);
  }

  /** How many files hold rows that an index does not know. */
  int unknown(Lineage lineage) throws IOException {
    live.load(engine, snapshot);
    return live.unknown(lineage, learned.of(lineage.learned())).size();
  }

  /**
   * The files that should be packed next, as of {@link #current()}; none when all is well.
   *
   * @param alsoWasteful see {@link CompactionCandidates#next}
   */
  List<Moves.Input> compactionInputs(boolean alsoWasteful) throws IOException {
    if (live.candidates().next(alsoWasteful).isEmpty()) {
      return List.of();
    }
    if (snapshot == null) {
      refresh();
    }
    live.load(engine, snapshot);
    compacted = snapshot;
    return live.inputs(live.candidates().next(alsoWasteful));
  }

  /** The version that the last {@link #compactionInputs} are of. */
  Snapshot compacted() {
    return compacted;
  }

  /**
   * Publishes a compaction, unless other writers changed its files in other ways than deleting
   * rows.
   *
   * @throws IOException if it is not certain whether it was published
   */
  RewriteResult rewrite(Rewrite rewrite) throws IOException {
    try {
      return tryRewrite(rewrite);
    } catch (IOException | RuntimeException e) {
      // Whether or not it was published, the next use sees.
      snapshot = null;
      state = null;
      throw e;
    }
  }

  private RewriteResult tryRewrite(Rewrite rewrite) throws IOException {
    for (int conflicts = 0; conflicts < MAX_REWRITE_CONFLICTS; conflicts++) {
      if (snapshot == null || conflicts > 0) {
        // Also looks at the schema, which may be another by now.
        refresh();
      }
      live.load(engine, snapshot);
      RewriteAttempt attempt =
          new RewriteAttempt(
              path, live, RewriteAttempt.fitting(List.of(rewrite), compacted, snapshot));
      if (attempt.isEmpty()) {
        break;
      }
      MaintenanceCommit commit =
          attempt.describe(Compaction.PARAMETERS, System.currentTimeMillis());
      commitInfo.describe(commit.operation(), commit.parameters(), commit.metrics());
      if (publish(Operation.MANUAL_UPDATE, commit.actions(), Map.of(), SchemaEvolution.NONE)) {
        live.committed(state.version(), attempt.merge());
        return attempt.committed(path, state.version());
      }
      attempt.conflicted();
    }
    return RewriteAttempt.dropped(path, List.of(rewrite));
  }

  /** A file that others rewrote may have been vacuumed before this version was looked at again. */
  private boolean lostTo(IOException gone) throws IOException {
    TableState expected = state;
    if (refresh() == expected) {
      throw gone;
    }
    return false;
  }

  /** Takes the keys of a table, with the places of their rows. */
  @FunctionalInterface
  interface KeyVisitor {
    void row(List<Object> key, long order, UUID file, int position) throws IOException;
  }

  /** Shows the keys of all live rows of {@link #current()}. */
  void keys(KeyVisitor visitor) throws IOException {
    live.load(engine, snapshot);
    KeyScan scan = new KeyScan(path, engine, layout);
    for (LiveFile file : List.copyOf(live.all())) {
      UUID id = FileIds.of(file.path());
      scan.read(
          file.file(),
          live.deletedIn(file),
          (key, order, position) -> visitor.row(key, order, id, position));
    }
  }

  /** The same for an index that keeps them: its commits can tell for ever which files it knows. */
  void learn(KeyVisitor visitor) throws IOException {
    keys(visitor);
    learned.keep(state.version(), live.all());
  }

  private void describe(
      DeltaCommittable committable, String mode, boolean blindAppend, SchemaEvolution evolution) {
    Map<String, String> parameters = new HashMap<>();
    parameters.put("mode", mode);
    parameters.put("sinkId", committable.sinkId());
    parameters.put("incarnation", committable.incarnation());
    parameters.put("checkpointId", Long.toString(committable.checkpointId()));
    if (!evolution.isEmpty()) {
      parameters.put("newColumns", String.join(", ", evolution.columns()));
    }
    commitInfo.describe(parameters, blindAppend);
  }

  /** Publishes the next version; returns false when another writer took it. */
  private boolean publish(
      Operation operation,
      List<Row> actions,
      Map<String, Long> transactions,
      SchemaEvolution evolution)
      throws IOException {
    Optional<TransactionCommitResult> published =
        publisher.publish(snapshot, operation, actions, evolution);
    if (published.isEmpty()) {
      return false;
    }
    if (!evolution.isEmpty()) {
      LOGGER.info("Table {} has new or wider columns: {}", path, evolution.columns());
    }
    TransactionCommitResult result = published.get();
    state = state.next(result.getVersion(), transactions);
    entry = result.getPostCommitSnapshot().map(LogEntry::of).orElse(null);
    // The kept snapshot lists every version since the checkpoint before; a new one starts at a
    // checkpoint just written.
    snapshot =
        VersionPublisher.wantsCheckpoint(result)
            ? null
            : result.getPostCommitSnapshot().orElse(null);
    return true;
  }
}
