package io.sluice.delta.live;

import io.delta.kernel.TableManager;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.exceptions.KernelEngineException;
import io.delta.kernel.exceptions.KernelException;
import io.sluice.delta.log.FileIds;
import io.sluice.delta.log.LiveFile;
import io.sluice.delta.storage.OutsideTableException;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.Collection;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.flink.annotation.Internal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files whose rows an upsert's index learned when it began without state, by the version that
 * it learned from. A savepoint names the version for ever, the log forgets it when it is cleaned
 * up. So the list stands in a file of its own beside the table: {@code
 * _sluice_learned/<version>.files}, one {@link FileIds id} per line.
 */
@Internal
public final class LearnedFiles {

  private static final Logger LOGGER = LoggerFactory.getLogger(LearnedFiles.class);

  /** Other tools pass over names that begin with an underscore. */
  public static final String FOLDER = "_sluice_learned";

  /** Of some five million files; a list is read as a whole. */
  private static final int MOST_BYTES = 200 << 20;

  private final TableStorage table;
  private final Engine engine;
  private long version = Lineage.NOTHING_LEARNED;
  private Set<UUID> files = Set.of();

  public LearnedFiles(TableStorage table, Engine engine) {
    this.table = table;
    this.engine = engine;
  }

  /** An index has learned a version: keeps the list of its files. */
  public void keep(long learned, Collection<LiveFile> live) throws IOException {
    keep(learned, ids(live));
  }

  private void keep(long learned, Set<UUID> ids) throws IOException {
    String text = ids.stream().map(id -> id + "\n").collect(Collectors.joining());
    // All subtasks write the same. If the version was another one before, this is the newer list.
    table.write(name(learned), text.getBytes(StandardCharsets.UTF_8), true);
  }

  /**
   * The files of a version that was learned. They are the same object until another version is
   * asked for; none when nobody remembers the version.
   */
  public Set<UUID> of(long learned) throws IOException {
    if (learned != version) {
      files = learned < 0 ? Set.of() : find(learned);
      version = learned;
    }
    return files;
  }

  private Set<UUID> find(long learned) throws IOException {
    String kept = name(learned);
    try {
      return new String(table.read(kept, MOST_BYTES), StandardCharsets.UTF_8)
          .lines()
          .map(UUID::fromString)
          .collect(Collectors.toUnmodifiableSet());
    } catch (NoSuchFileException none) {
      LOGGER.debug("There is no list {}", table.path(kept), none);
    } catch (OutsideTableException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      LOGGER.warn(
          "The list {} of files that the upsert's index knows is damaged", table.path(kept), e);
    }
    return findInLog(learned);
  }

  /** Of a state from before there were lists, or without its list. */
  private Set<UUID> findInLog(long learned) throws IOException {
    LiveFiles live = new LiveFiles(table);
    try {
      live.load(
          engine, TableManager.loadSnapshot(table.toString()).atVersion(learned).build(engine));
    } catch (KernelException | KernelEngineException e) {
      LOGGER.warn(
          "Version {} of {} cannot be read any more; each commit looks up by key the rows that were there before it. Start the job without state, so that it learns them anew",
          learned,
          table,
          e);
      return Set.of();
    }
    Set<UUID> found = ids(live.all());
    keep(learned, found);
    return found;
  }

  private static Set<UUID> ids(Collection<LiveFile> live) {
    return live.stream()
        .map(file -> FileIds.of(file.path()))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static String name(long learned) {
    return FOLDER + "/%020d.files".formatted(learned);
  }
}
