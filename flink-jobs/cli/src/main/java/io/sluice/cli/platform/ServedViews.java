package io.sluice.cli.platform;

import java.time.Instant;
import java.util.Optional;

/** The views in the stores beside the lake: hashes in Redis and tables in PostgreSQL. */
public interface ServedViews extends AutoCloseable {

  /** Number of hashes whose key begins with a text. */
  long hashes(String prefix);

  /** Removes the hashes whose key begins with a text. */
  void removeHashes(String prefix);

  /** Removes the hashes of a view whose key begins with a text; the view's id stays. */
  void clearHashes(String prefix);

  /** Whether PostgreSQL has a table of this name. */
  boolean hasTable(String name);

  /** Drops a table of PostgreSQL. */
  void dropTable(String name);

  /**
   * Removes rows of a view in PostgreSQL; its table and its id stay.
   *
   * @param endingAfter only those of windows that end after this time; empty for all
   */
  void clearTable(String name, Optional<Instant> endingAfter);

  /**
   * The id of a view in Redis. It is a key of its own: a Redis that lost everything has none, one
   * that lost single hashes still has it.
   *
   * @param prefix of the view's keys, such as {@code sluice:fares:}
   * @return empty when Redis has none
   */
  Optional<String> hashesId(String prefix);

  /** Gives a view in Redis an id unless it has one; nothing when this user may not. */
  Optional<String> markHashes(String prefix);

  /** The id of a view in PostgreSQL; empty when there is none, or no table of the view. */
  Optional<String> tableId(String name);

  /**
   * Gives a view in PostgreSQL an id unless it has one and a table; nothing when this user may not.
   */
  Optional<String> markTable(String name);

  @Override
  void close();
}
