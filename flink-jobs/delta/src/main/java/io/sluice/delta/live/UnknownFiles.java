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
 * The live files that hold rows which an index does not know, or has forgotten. Kept from commit to
 * commit: only files that are new since are looked at.
 */
final class UnknownFiles {

  private final MovedRows moved;
  private final Map<String, LiveFile> unknown = new HashMap<>();
  private final Map<String, LiveFile> added = new LinkedHashMap<>();
  private final AgedFiles aged = new AgedFiles();

  /** Whether anybody asked for files that an index has forgotten rows of. */
  private boolean ages;

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
    aged.changed(file);
  }

  void removed(LiveFile file) {
    unknown.remove(file.path());
    added.remove(file.path());
    aged.removed(file);
  }

  /**
   * The files of whose rows an index may have forgotten some, as {@link LiveFiles#forgotten} gives
   * them. Files are sorted by age from the first call on: tables whose index never forgets pay
   * nothing.
   */
  Map<Map<String, String>, Map<String, LiveFile>> forgotten(
      Map<String, LiveFile> live, Lineage lineage, Set<UUID> learned, long upTo) {
    if (!ages) {
      ages = true;
      forget();
    }
    among(live, lineage, learned);
    return aged.upTo(upTo);
  }

  Collection<LiveFile> among(Map<String, LiveFile> live, Lineage lineage, Set<UUID> learned) {
    boolean same = lineage.equals(known) && learned == adopted;
    known = lineage;
    adopted = learned;
    if (!same) {
      unknown.clear();
      aged.clear();
    }
    for (LiveFile file : same ? added.values() : live.values()) {
      if (isKnown(file)) {
        unknown.remove(file.path());
        if (ages) {
          aged.put(file, isWritten(file) ? file.since() : Long.MIN_VALUE);
        }
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

  /**
   * Whether the entries of its rows were written with them. Those that were learned from the table
   * at a start have other times than the file tells.
   */
  private boolean isWritten(LiveFile file) {
    if (known.includes(file.origin())) {
      return true;
    }
    Optional<Moves> moves = moved.into(file);
    return moves.isPresent()
        && moves.get().allFrom(from -> known.includes(from.incarnation(), from.checkpoint()));
  }

  private boolean isKnown(Moves.Moved from) {
    return known.includes(from.incarnation(), from.checkpoint()) || adopted.contains(from.id());
  }
}
