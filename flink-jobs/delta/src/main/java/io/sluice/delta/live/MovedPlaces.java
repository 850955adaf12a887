package io.sluice.delta.live;

import java.util.UUID;

/**
 * Where files that are gone went, by id. A hash table without objects of its own, because there is
 * an entry for every file that ever went into a live one.
 */
final class MovedPlaces {

  /** A power of two. */
  private static final int LEAST = 16;

  /**
   * Where the rows of a file are now.
   *
   * @param path of the live file
   */
  record Place(String path, Moves.Moved moved) {}

  /** An entry lies in the first free slot from the one that its id names. */
  private Moves.Moved[] moved = new Moves.Moved[LEAST];

  /** Of the live files, slot by slot. */
  private String[] paths = new String[LEAST];

  private int size;

  /** Adds an entry; the file was elsewhere before if it is there already. */
  void put(String path, Moves.Moved entry) {
    int at = slot(entry.high(), entry.low());
    if (moved[at] == null && ++size > moved.length / 4 * 3) {
      grow();
      at = slot(entry.high(), entry.low());
    }
    moved[at] = entry;
    paths[at] = path;
  }

  private void grow() {
    Moves.Moved[] before = moved;
    String[] pathsBefore = paths;
    moved = new Moves.Moved[2 * before.length];
    paths = new String[2 * before.length];
    for (int i = 0; i < before.length; i++) {
      if (before[i] != null) {
        int at = slot(before[i].high(), before[i].low());
        moved[at] = before[i];
        paths[at] = pathsBefore[i];
      }
    }
  }

  /** The slot of an id, or the free one where it belongs. */
  private int slot(long high, long low) {
    int at = home(low);
    while (moved[at] != null && (moved[at].low() != low || moved[at].high() != high)) {
      at = after(at);
    }
    return at;
  }

  /** Ids are hashes: some of their bits are as good as any. */
  private int home(long low) {
    return (int) low & (moved.length - 1);
  }

  private int after(int slot) {
    return (slot + 1) & (moved.length - 1);
  }

  /** How many slots one lies behind another, around the end. */
  private int distance(int from, int to) {
    return (to - from) & (moved.length - 1);
  }

  /** Takes this very entry away: one that the file went into next may be there already. */
  void remove(Moves.Moved entry) {
    int free = slot(entry.high(), entry.low());
    if (moved[free] != entry) {
      return;
    }
    size--;
    clear(free);
    for (int at = after(free); moved[at] != null; at = after(at)) {
      // One that would not be found behind the gap moves into it.
      if (distance(home(moved[at].low()), at) >= distance(free, at)) {
        moved[free] = moved[at];
        paths[free] = paths[at];
        clear(at);
        free = at;
      }
    }
  }

  private void clear(int slot) {
    moved[slot] = null;
    paths[slot] = null;
  }

  /** Null when nothing tells. */
  Place get(UUID id) {
    int at = slot(id.getMostSignificantBits(), id.getLeastSignificantBits());
    return moved[at] == null ? null : new Place(paths[at], moved[at]);
  }
}
