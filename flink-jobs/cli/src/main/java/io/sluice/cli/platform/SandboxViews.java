package io.sluice.cli.platform;

import io.sluice.cli.CommandFailure;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/** The views in Redis and PostgreSQL; each connects with the first question. */
final class SandboxViews implements ServedViews {
  private static final int SCAN_SIZE = 1_000;

  private final Endpoints at;
  private Jedis redis;
  private Connection jdbc;

  SandboxViews(Endpoints at) {
    this.at = at;
  }

  @Override
  public long hashes(String prefix) {
    long[] count = new long[1];
    scan(prefix, page -> count[0] += page.size());
    return count[0];
  }

  @Override
  public void removeHashes(String prefix) {
    scan(prefix, page -> redis.unlink(page.toArray(String[]::new)));
    ask(client -> client.unlink(idKey(prefix)));
  }

  @Override
  public Optional<String> hashesId(String prefix) {
    return Optional.ofNullable(ask(client -> client.get(idKey(prefix))));
  }

  @Override
  public Optional<String> markHashes(String prefix) {
    String key = idKey(prefix);
    return Optional.ofNullable(
        ask(
            client -> {
              try {
                client.setnx(key, UUID.randomUUID().toString());
                return client.get(key);
              } catch (JedisAccessControlException notAllowed) {
                return null;
              }
            }));
  }

  /** No row of a view has this key: behind the view's name it has a colon. */
  private static String idKey(String prefix) {
    return prefix.substring(0, prefix.length() - 1);
  }

  private <T> T ask(Function<Jedis, T> question) {
    try {
      if (redis == null) {
        redis = new Jedis(URI.create(at.redis()));
      }
      return question.apply(redis);
    } catch (JedisException e) {
      throw new CommandFailure("Redis cannot be asked: " + e.getMessage(), e);
    }
  }

  @Override
  public Optional<String> tableId(String name) {
    try {
      return new ViewIds(connection()).of(name);
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  @Override
  public Optional<String> markTable(String name) {
    try {
      return new ViewIds(connection()).mark(name);
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  private void scan(String prefix, Consumer<List<String>> pages) {
    ScanParams wanted = new ScanParams().count(SCAN_SIZE).match(literally(prefix) + "*");
    ask(
        client -> {
          String cursor = ScanParams.SCAN_POINTER_START;
          ScanResult<String> page;
          do {
            page = client.scan(cursor, wanted);
            cursor = page.getCursor();
            if (!page.getResult().isEmpty()) {
              pages.accept(page.getResult());
            }
          } while (!page.isCompleteIteration());
          return cursor;
        });
  }

  /** Redis matches patterns; the signs of a pattern stand for themselves here. */
  private static String literally(String text) {
    return text.replaceAll("([\\\\*?\\[\\]])", "\\\\$1");
  }

  @Override
  public boolean hasTable(String name) {
    try (PreparedStatement statement =
        connection().prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
      statement.setString(1, quoted(name));
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        return result.getBoolean(1);
      }
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  @Override
  public void dropTable(String name) {
    try (Statement statement = connection().createStatement()) {
      statement.execute("DROP TABLE IF EXISTS " + quoted(name));
      new ViewIds(connection()).forget(name);
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  private Connection connection() throws SQLException {
    if (jdbc == null) {
      jdbc = DriverManager.getConnection(at.jdbc());
    }
    return jdbc;
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  private static CommandFailure failure(SQLException e) {
    return new CommandFailure("PostgreSQL cannot be asked: " + e.getMessage(), e);
  }

  @Override
  public void close() {
    if (redis != null) {
      redis.close();
    }
    if (jdbc != null) {
      try {
        jdbc.close();
      } catch (SQLException e) {
        throw failure(e);
      }
    }
  }
}
