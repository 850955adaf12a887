package io.sluice.cli.platform;

import io.sluice.cli.text.CommandFailure;
import io.sluice.connectors.jdbc.PostgresUrl;
import io.sluice.connectors.redis.RedisAddress;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.InvalidURIException;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/** The views in Redis and PostgreSQL; each connects with the first question. */
final class SandboxViews implements ServedViews {
  private static final int SCAN_SIZE = 1_000;

  /** A server that takes connections and says nothing is given up then. */
  private static final Duration LONGEST_LOGIN = Duration.ofSeconds(10);

  private static final Duration LONGEST_ANSWER = Duration.ofMinutes(1);

  private final Endpoints at;
  private final Duration longestLogin;
  private Jedis redis;
  private Connection jdbc;

  SandboxViews(Endpoints at) {
    this(at, LONGEST_LOGIN);
  }

  /** Views in a PostgreSQL that is waited for as long as told. */
  SandboxViews(Endpoints at, Duration longestLogin) {
    this.at = at;
    this.longestLogin = longestLogin;
  }

  @Override
  public long hashes(String prefix) {
    long[] count = new long[1];
    scan(prefix, page -> count[0] += page.size());
    return count[0];
  }

  @Override
  public void clearHashes(String prefix) {
    scan(prefix, page -> redis.unlink(page.toArray(String[]::new)));
  }

  @Override
  public void removeHashes(String prefix) {
    clearHashes(prefix);
    ask(
        client -> {
          try {
            return client.unlink(idKey(prefix));
          } catch (JedisAccessControlException notAllowed) {
            // The hashes are gone. The id beside them is for whoever may mark views.
            return 0L;
          }
        });
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
        redis = new Jedis(URI.create(RedisAddress.require(at.redis())));
      }
      return question.apply(redis);
    } catch (InvalidURIException | IllegalArgumentException e) {
      // What it says shows the address, which may hold a password.
      throw new CommandFailure("Redis cannot be asked: its address is not redis://HOST:PORT", e);
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

  @Override
  public void clearTable(String name, Optional<Instant> endingAfter) {
    String all = "DELETE FROM " + quoted(name);
    String sql = endingAfter.isPresent() ? all + " WHERE window_end > ?" : all;
    try (PreparedStatement statement = connection().prepareStatement(sql)) {
      if (endingAfter.isPresent()) {
        statement.setObject(1, endingAfter.get().atOffset(ZoneOffset.UTC));
      }
      statement.execute();
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  private Connection connection() throws SQLException {
    if (jdbc == null) {
      jdbc = DriverManager.getConnection(address(), settings());
    }
    return jdbc;
  }

  /** The driver would show an address that it cannot read, with the password in it. */
  private String address() {
    try {
      return PostgresUrl.require(at.jdbc());
    } catch (IllegalArgumentException e) {
      throw new CommandFailure("PostgreSQL cannot be asked: " + e.getMessage(), e);
    }
  }

  /** What the address itself says counts more. */
  private Properties settings() {
    String login = Long.toString(longestLogin.toSeconds());
    Properties settings = new Properties();
    settings.setProperty("connectTimeout", login);
    settings.setProperty("loginTimeout", login);
    settings.setProperty("socketTimeout", Long.toString(LONGEST_ANSWER.toSeconds()));
    return settings;
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  private static CommandFailure failure(SQLException e) {
    return new CommandFailure("PostgreSQL cannot be asked: " + e.getMessage(), e);
  }

  @Override
  public void close() {
    // A broken connection fails once more when it is closed.
    if (redis != null && !redis.isBroken()) {
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
