package io.sluice.delta.live;

import io.sluice.delta.log.LiveFile;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The {@link Moves} of a table's live files, read when they are first asked for. */
final class MovedRows {

  private static final Logger LOGGER = LoggerFactory.getLogger(MovedRows.class);

  private final TableStorage table;

  /** Live files that hold rows of others, by path. */
  private final Map<String, LiveFile> compacted = new LinkedHashMap<>();

  private final Map<String, Optional<Moves>> read = new HashMap<>();
  private final Set<String> unread = new HashSet<>();
  private final MovedPlaces places = new MovedPlaces();

  MovedRows(TableStorage table) {
    this.table = table;
  }

  /** Brings it to the live files of another version. */
  void keep(Collection<LiveFile> live) {
    Set<String> paths = live.stream().map(LiveFile::path).collect(Collectors.toSet());
    Set.copyOf(compacted.keySet()).stream()
        .filter(path -> !paths.contains(path))
        .forEach(this::removed);
    live.forEach(this::added);
  }

  void added(LiveFile file) {
    if (file.moves() != null && compacted.put(file.path(), file) == null) {
      unread.add(file.path());
    }
  }

  /** The file is not live any more. */
  void removed(String path) {
    if (compacted.remove(path) == null) {
      return;
    }
    unread.remove(path);
    Optional<Moves> moves = read.remove(path);
    if (moves != null && moves.isPresent()) {
      moves.get().files().forEach(places::remove);
    }
  }

  /** What a live file holds of others; empty when it cannot be told. */
  Optional<Moves> into(LiveFile file) {
    if (file.moves() == null) {
      return Optional.empty();
    }
    if (!read.containsKey(file.path())) {
      read.put(file.path(), read(file));
    }
    return read.get(file.path());
  }

  private Optional<Moves> read(LiveFile file) {
    try {
      return Optional.of(MovesFile.read(table, file.moves()));
    } catch (IOException e) {
      LOGGER.warn(
          "It is not known from where file {} of table {} has its rows; they are looked up by key",
          file.path(),
          table,
          e);
      return Optional.empty();
    }
  }

  /** Where the rows of a file that is gone are; null when nothing tells. */
  MovedPlaces.Place of(UUID id) {
    for (String path : unread) {
      into(compacted.get(path))
          .ifPresent(moves -> moves.files().forEach(gone -> places.put(path, gone)));
    }
    unread.clear();
    return places.get(id);
  }
}
