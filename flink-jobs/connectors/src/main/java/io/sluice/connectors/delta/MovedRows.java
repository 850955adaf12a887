package io.sluice.connectors.delta;

import java.io.IOException;
import java.nio.file.Path;
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

  /**
   * Where the rows of a file are now.
   *
   * @param path of the live file
   */
  record Place(String path, Moves.Moved moved) {}

  private final Path table;

  /** Live files that hold rows of others, by path. */
  private final Map<String, LiveFile> compacted = new LinkedHashMap<>();

  private final Map<String, Optional<Moves>> read = new HashMap<>();
  private final Set<String> unread = new HashSet<>();
  private final Map<UUID, Place> places = new HashMap<>();

  MovedRows(Path table) {
    this.table = table;
  }

  /** Brings it to the live files of another version. */
  void keep(Collection<LiveFile> live) {
    Set<String> paths = live.stream().map(LiveFile::path).collect(Collectors.toSet());
    Map.copyOf(compacted).values().stream()
        .filter(file -> !paths.contains(file.path()))
        .forEach(this::removed);
    live.forEach(this::added);
  }

  void added(LiveFile file) {
    if (file.moves() != null && compacted.put(file.path(), file) == null) {
      unread.add(file.path());
    }
  }

  /** The file is not live any more. */
  void removed(LiveFile file) {
    if (compacted.remove(file.path()) == null) {
      return;
    }
    unread.remove(file.path());
    Optional<Moves> moves = read.remove(file.path());
    if (moves != null && moves.isPresent()) {
      for (Moves.Moved gone : moves.get().files()) {
        // The file that it went into next may be there already.
        places.remove(gone.id(), new Place(file.path(), gone));
      }
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
  Place of(UUID id) {
    for (String path : unread) {
      into(compacted.get(path))
          .ifPresent(
              moves -> moves.files().forEach(gone -> places.put(gone.id(), new Place(path, gone))));
    }
    unread.clear();
    return places.get(id);
  }
}
