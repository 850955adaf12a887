package io.sluice.connectors.delta;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
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
  private final List<LiveFile> added = new ArrayList<>();
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
      added.add(file);
    }
  }

  void removed(LiveFile file) {
    unknown.remove(file.path());
    added.removeIf(other -> other.path().equals(file.path()));
  }

  Collection<LiveFile> among(Map<String, LiveFile> live, Lineage lineage, Set<UUID> learned) {
    boolean same = lineage.equals(known) && learned == adopted;
    known = lineage;
    adopted = learned;
    if (!same) {
      unknown.clear();
    }
    for (LiveFile file : same ? added : live.values()) {
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
    if (isKnown(FileIds.of(file.path()), file.origin())) {
      return true;
    }
    Optional<Moves> moves = moved.into(file);
    return moves.isPresent() && moves.get().allFrom(from -> isKnown(from.id(), from.origin()));
  }

  private boolean isKnown(UUID id, String origin) {
    return known.includes(origin) || adopted.contains(id);
  }
}
