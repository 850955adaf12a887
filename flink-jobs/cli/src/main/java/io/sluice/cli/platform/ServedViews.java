package io.sluice.cli.platform;

/** The views in the stores beside the lake: hashes in Redis and tables in PostgreSQL. */
public interface ServedViews extends AutoCloseable {

  /** Number of hashes whose key begins with a text. */
  long hashes(String prefix);

  /** Removes the hashes whose key begins with a text. */
  void removeHashes(String prefix);

  /** Whether PostgreSQL has a table of this name. */
  boolean hasTable(String name);

  /** Drops a table of PostgreSQL. */
  void dropTable(String name);

  @Override
  void close();
}
