package io.sluice.delta.live;

import io.sluice.delta.log.FileIds;
import io.sluice.delta.log.LiveFile;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The live files that hold rows which an index does not know. Kept from commit to commit: only
 * files that are new since are looked at.
 */
final class UnknownFiles {

  private final MovedRows moved;
  private final Map<String, LiveFile> unknown = new HashMap<>();
  private final Map<String, LiveFile> added = new LinkedHashMap<>();
  private Lineage known;
  private Set<UUID> adopted;

  UnknownFiles(MovedRows moved) {
    this.moved = moved;
  }

  /** The list of live files was read anew. */
  void forget() {
    known = null;
  }

  void added(LiveFile file) {
    if (known != null) {
      added.put(file.path(), file);
    }
  }

  /** Other rows of a file are deleted: what is known of it stays. */
  void changed(LiveFile file) {
    unknown.replace(file.path(), file);
    added.replace(file.path(), file);
  }

  void removed(String path) {
    unknown.remove(path);
    added.remove(path);
  }

  Collection<LiveFile> among(Map<String, LiveFile> live, Lineage lineage, Set<UUID> learned) {
    boolean same = lineage.equals(known) && learned == adopted;
    known = lineage;
    adopted = learned;
    if (!same) {
      unknown.clear();
    }
    for (LiveFile file : same ? added.values() : live.values()) {
      if (isKnown(file)) {
        unknown.remove(file.path());
      } else {
        unknown.put(file.path(), file);
      }
    }
    added.clear();
    return unknown.values();
  }

  private boolean isKnown(LiveFile file) {
    if (known.includes(file.origin()) || adopted.contains(FileIds.of(file.path()))) {
      return true;
    }
    Optional<Moves> moves = moved.into(file);
    return moves.isPresent() && moves.get().allFrom(this::isKnown);
  }

  private boolean isKnown(Moves.Moved from) {
    return known.includes(from.incarnation(), from.checkpoint()) || adopted.contains(from.id());
  }
}
