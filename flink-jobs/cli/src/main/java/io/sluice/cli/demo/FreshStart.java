package io.sluice.cli.demo;

import io.lettuce.core.RedisClient;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanIterator;
import io.lettuce.core.api.StatefulRedisConnection;
import io.sluice.cli.demo.measure.JdbcExposures;
import io.sluice.cli.demo.measure.Names;
import io.sluice.cli.platform.Endpoints;
import io.sluice.cli.storage.StoredFiles;
import io.sluice.cli.text.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Removes what an earlier demo left in a home, and only that: a home whose tables were not made by
 * a demo is refused. A marker file says that they were.
 */
public final class FreshStart {
  private static final String MARKER = "demo";
  private static final int SCAN_SIZE = 1_000;

  private final Path home;
  private final Names.Tables tables;
  private final StoredFiles storage;

  public FreshStart(Path home, String lake) {
    this.home = home;
    tables = Names.Tables.under(lake);
    storage = StoredFiles.of(lake);
  }

  /**
   * Refuses a home with tables that are not a demo's.
   *
   * @throws CommandFailure when there are some
   */
  void check() {
    List<String> there = existing();
    if (!there.isEmpty() && !Files.exists(home.resolve(MARKER))) {
      throw new CommandFailure(
          ("The table %s was not made by a demo, and a demo starts with empty tables: name another"
                  + " folder with --home, or remove the table.")
              .formatted(there.get(0)));
    }
  }

  private List<String> existing() {
    List<String> there = new ArrayList<>();
    try {
      for (String table :
          List.of(
              tables.bronze(),
              tables.silver(),
              tables.quarantine(),
              tables.gold(),
              tables.late(),
              tables.ledger())) {
        if (storage.hasFolder(table)) {
          there.add(table);
        }
      }
    } catch (IOException e) {
      throw new CommandFailure("The tables cannot be looked for: " + e.getMessage() + ".", e);
    }
    return there;
  }

  /** Removes the tables, views and topics of an earlier demo, and marks the home as a demo's. */
  public void clean(Endpoints at, Consumer<String> say) throws InterruptedException {
    List<String> old = existing();
    if (!old.isEmpty()) {
      say.accept("  removing the tables, topics and views of the last demo");
    }
    try {
      Files.createDirectories(home);
      Files.writeString(home.resolve(MARKER), "The market-risk tables here are a demo's.\n");
      for (String table : old) {
        storage.remove(table);
      }
    } catch (IOException e) {
      throw new CommandFailure(
          "The tables of the last demo cannot be removed: " + e.getMessage() + ".", e);
    }
    Topics.renew(at.kafka());
    deleteKeys(at.redis());
    try (var jdbc = new JdbcExposures(at.jdbc())) {
      jdbc.drop();
    }
  }

  private static void deleteKeys(String redis) {
    RedisClient client = RedisClient.create(redis);
    try (StatefulRedisConnection<String, String> connection = client.connect()) {
      ScanArgs wanted = ScanArgs.Builder.limit(SCAN_SIZE).match(Names.REDIS_PREFIX + "*");
      List<String> keys = ScanIterator.scan(connection.sync(), wanted).stream().toList();
      if (!keys.isEmpty()) {
        connection.sync().del(keys.toArray(String[]::new));
      }
    } finally {
      client.shutdown();
    }
  }
}
