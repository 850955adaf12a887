package io.sluice.cli.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.TestingCommands;
import io.sluice.cli.text.CommandFailure;
import io.sluice.sandbox.Sandbox;
import io.sluice.sandbox.home.Component;
import io.sluice.sandbox.home.Ports;
import io.sluice.sandbox.home.Progress;
import io.sluice.sandbox.home.SandboxHome;
import io.sluice.sandbox.home.SandboxOptions;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** By what views are known in a real Redis and PostgreSQL. */
class SandboxViewsITCase {
  private static final String KEYS = "sluice:fares:";

  @TempDir private static Path home;
  private static Sandbox sandbox;
  private static Endpoints at;
  private static Endpoints owners;

  @BeforeAll
  static void start() {
    Path dist =
        TestingCommands.context(Path.of("../..").toAbsolutePath().normalize()).serverFiles();
    sandbox =
        Sandbox.open(
            new SandboxHome(home), dist, SandboxOptions.standard().withPorts(Ports.anyFree()));
    sandbox.start(Component.POSTGRES);
    sandbox.start(Component.REDIS);
    var there = sandbox.endpoints();
    at = endpoints(there.redisUri(), there.jdbcUrl());
    var all = sandbox.ownersEndpoints();
    owners = endpoints(all.redisUri(), all.jdbcUrl());
  }

  @AfterAll
  static void stop() {
    sandbox.down(Progress.silent());
  }

  private static Endpoints endpoints(String redis, String jdbc) {
    return new Endpoints("", "", redis, jdbc, "", "", Optional.empty(), home);
  }

  private static void execute(Endpoints who, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(who.jdbc());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void aViewInRedisKeepsItsIdUntilItIsRemovedOrRedisIsEmpty() {
    try (SandboxViews views = new SandboxViews(at);
        Jedis redis = new Jedis(URI.create(owners.redis()))) {
      assertThat(views.hashesId(KEYS)).isEmpty();
      String id = views.markHashes(KEYS).orElseThrow();
      redis.hset("sluice:fares:north", "_version", "1");
      redis.hset("sluice:fares_1m:north", "_version", "1");
      assertThat(views.markHashes("sluice:fares_1m:"))
          .isPresent()
          .isNotEqualTo(views.hashesId(KEYS));
      assertThat(views.markHashes(KEYS)).hasValue(id);
      assertThat(views.hashesId(KEYS)).hasValue(id);
      assertThat(views.hashes(KEYS)).isEqualTo(1);

      views.removeHashes(KEYS);
      assertThat(views.hashesId(KEYS)).isEmpty();
      assertThat(views.hashesId("sluice:fares_1m:")).isPresent();
      redis.flushAll();
      assertThat(views.hashesId("sluice:fares_1m:")).isEmpty();
      assertThat(views.markHashes(KEYS)).isPresent().isNotEqualTo(id);
    }
  }

  @Test
  void whoMayNotMarkRedisHasNoId() {
    try (Jedis redis = new Jedis(URI.create(owners.redis()))) {
      redis.aclSetUser("reader", "on", "nopass", "~*", "+get", "+ping", "+client", "+hello");
    }
    String address = at.redis().replaceFirst("//[^/@]*@|//", "//reader:x@");
    try (SandboxViews views = new SandboxViews(endpoints(address, at.jdbc()))) {
      assertThat(views.hashesId("sluice:none:")).isEmpty();
      assertThat(views.markHashes("sluice:none:")).isEmpty();
    }
  }

  @Test
  void aViewInPostgresKeepsItsIdAsLongAsItsTable() throws SQLException {
    try (SandboxViews views = new SandboxViews(at)) {
      assertThat(views.tableId("fares")).isEmpty();
      String first = views.markTable("fares").orElseThrow();
      // The job has not made the table yet.
      assertThat(views.tableId("fares")).isEmpty();
      execute(at, "CREATE TABLE fares (x int)");
      assertThat(views.tableId("fares")).hasValue(first);
      assertThat(views.markTable("fares")).hasValue(first);
      assertThat(views.markTable("other-view")).isPresent().isNotEqualTo(views.tableId("fares"));

      views.dropTable("fares");
      assertThat(views.tableId("fares")).isEmpty();
      execute(at, "CREATE TABLE fares (x int)");
      assertThat(views.tableId("fares")).isEmpty();
      execute(at, "DROP TABLE fares");
      assertThat(views.markTable("fares")).isPresent().isNotEqualTo(java.util.Optional.of(first));
    }
  }

  @Test
  void whoMayNotMarkPostgresHasNoId() throws SQLException {
    execute(owners, "CREATE ROLE reader LOGIN PASSWORD 'x'");
    String address = at.jdbc().replaceFirst("user=.*", "user=reader&password=x");
    try (SandboxViews views = new SandboxViews(endpoints(at.redis(), address))) {
      assertThat(views.markTable("fares")).isEmpty();
      assertThat(views.tableId("fares")).isEmpty();
    }
  }

  @Test
  void whoMayNotForgetAnIdInPostgresDropsTheTableAllTheSame() throws SQLException {
    try (SandboxViews owner = new SandboxViews(at)) {
      owner.markTable("tips");
    }
    execute(owners, "CREATE ROLE dropper LOGIN PASSWORD 'x'");
    execute(owners, "CREATE TABLE tips (x int)");
    execute(owners, "ALTER TABLE tips OWNER TO dropper");
    String address = at.jdbc().replaceFirst("user=.*", "user=dropper&password=x");
    try (SandboxViews views = new SandboxViews(endpoints(at.redis(), address))) {
      views.dropTable("tips");
      assertThat(views.hasTable("tips")).isFalse();
    }
  }

  @Test
  void whoMayNotForgetAnIdInRedisRemovesTheHashesAllTheSame() {
    String keys = "sluice:tips:";
    try (Jedis redis = new Jedis(URI.create(owners.redis()));
        SandboxViews owner = new SandboxViews(at)) {
      owner.markHashes(keys);
      redis.hset(keys + "north", "_version", "1");
      redis.aclSetUser("remover", "on", "nopass", "~" + keys + "*", "+@all");
      String address = at.redis().replaceFirst("//[^/@]*@|//", "//remover:x@");
      try (SandboxViews views = new SandboxViews(endpoints(address, at.jdbc()))) {
        views.removeHashes(keys);
      }
      assertThat(owner.hashes(keys)).isZero();
      assertThat(owner.hashesId(keys)).isPresent();
    }
  }

  @Test
  void aRedisThatTakesNoWritesStillTellsIds() {
    String keys = "sluice:full:";
    try (Jedis redis = new Jedis(URI.create(owners.redis()));
        SandboxViews views = new SandboxViews(at)) {
      String id = views.markHashes(keys).orElseThrow();
      redis.configSet("maxmemory", "1");
      try {
        assertThatThrownBy(() -> views.markHashes(keys))
            .isInstanceOf(CommandFailure.class)
            .hasMessageStartingWith("Redis cannot be asked: OOM");
        assertThat(views.hashesId(keys)).hasValue(id);
      } finally {
        redis.configSet("maxmemory", "0");
      }
    }
  }
}
