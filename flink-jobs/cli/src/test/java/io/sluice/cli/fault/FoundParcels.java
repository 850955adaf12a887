package io.sluice.cli.fault;

import io.sluice.cli.demo.measure.LakeFindings;
import io.sluice.cli.demo.measure.Names;
import io.sluice.cli.platform.Endpoints;
import io.sluice.delta.table.DeltaTables;
import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;

/** What the stores of the poisoned pipeline hold; see {@link ExpectedParcels}. */
final class FoundParcels implements AutoCloseable {
  private static final String DATASET = "parcels";
  private static final String REDIS_PREFIX = "parcels:";

  private final String root;
  private final LakeFindings lake;
  private final Jedis redis;
  private final Connection jdbc;

  FoundParcels(Endpoints at) throws SQLException {
    root = at.lake();
    lake =
        new LakeFindings(
            new Names.Tables(
                root + "/bronze/" + DATASET,
                root + "/silver/" + DATASET,
                root + "/quarantine/" + DATASET,
                root + "/gold/" + Poisons.WINDOWS,
                root + "/late/" + Poisons.WINDOWS,
                root + "/ledger/" + DATASET));
    redis = new Jedis(URI.create(at.redis()));
    jdbc = DriverManager.getConnection(at.jdbc());
  }

  /** Bronze, quarantine, late events and the ledger. */
  LakeFindings lake() {
    return lake;
  }

  List<String> silver() throws IOException {
    return rows(
        "silver/" + DATASET,
        List.of("id", "zone", "until", "tax", "carrier"),
        row ->
            ParcelLines.silver(
                row.get("id"),
                ParcelLines.zone((String) row.get("zone")),
                row.get("until"),
                row.get("tax"),
                row.get("carrier") == null ? null : ((Map<?, ?>) row.get("carrier")).get("name")));
  }

  /** The columns of silver. */
  List<String> silverColumns() throws IOException {
    return DeltaTables.schema(path("silver/" + DATASET), OptionalLong.empty()).stream()
        .map(column -> column.name())
        .toList();
  }

  List<String> gold() throws IOException {
    return rows(
        "gold/" + Poisons.WINDOWS,
        List.of("zone", "parcels", "grams", "worth"),
        row ->
            ParcelLines.window(
                ParcelLines.zone((String) row.get("zone")),
                row.get("parcels"),
                row.get("grams"),
                row.get("worth")));
  }

  /** Rule to number of rows in {@code rejected/<view>}. */
  Map<String, Long> rejected(String view) throws IOException {
    return rows("rejected/" + view, List.of("rule"), row -> (String) row.get("rule")).stream()
        .collect(Collectors.groupingBy(rule -> rule, Collectors.counting()));
  }

  private List<String> rows(
      String table, List<String> columns, Function<Map<String, Object>, String> line)
      throws IOException {
    if (!DeltaTables.exists(path(table))) {
      return List.of();
    }
    try (Stream<Map<String, Object>> rows =
        DeltaTables.rows(path(table), OptionalLong.empty(), columns, -1)) {
      return rows.map(line).toList();
    }
  }

  private String path(String table) {
    return root + "/" + table;
  }

  List<String> jdbcWindows() throws SQLException {
    return select(
        "SELECT zone, parcels, grams, worth FROM " + Poisons.WINDOWS,
        row ->
            ParcelLines.window(
                ParcelLines.zone(row.getString(1)),
                row.getString(2),
                row.getString(3),
                row.getString(4)));
  }

  List<String> jdbcRunning() throws SQLException {
    return select(
        "SELECT zone, parcels, grams FROM " + Poisons.RUNNING,
        row ->
            ParcelLines.running(
                ParcelLines.zone(row.getString(1)), row.getString(2), row.getString(3)));
  }

  private interface Line {
    String of(ResultSet row) throws SQLException;
  }

  private List<String> select(String sql, Line line) throws SQLException {
    List<String> lines = new ArrayList<>();
    try (ResultSet rows = jdbc.createStatement().executeQuery(sql)) {
      while (rows.next()) {
        lines.add(line.of(rows));
      }
    }
    return lines;
  }

  List<String> redisRunning() {
    return hashes(
        Poisons.RUNNING,
        (zone, hash) -> ParcelLines.running(zone, hash.get("parcels"), hash.get("grams")));
  }

  List<String> redisShares() {
    return hashes(
        Poisons.SHARES,
        (zone, hash) -> ParcelLines.share(zone, Double.parseDouble(hash.get("share"))));
  }

  private interface HashLine {
    String of(String zone, Map<String, String> hash);
  }

  private List<String> hashes(String view, HashLine line) {
    String prefix = REDIS_PREFIX + view + ":";
    return redis.keys(prefix + "*").stream()
        .filter(key -> redis.type(key).equals("hash"))
        .map(key -> line.of(zone(key.substring(prefix.length())), redis.hgetAll(key)))
        .toList();
  }

  private static String zone(String part) {
    return ParcelLines.zone(
        part.equals("%null") ? null : part.replace("%3A", ":").replace("%25", "%"));
  }

  /** Writes what is no hash to the key of a zone, as a stranger would. */
  void takeKey(String zone) {
    redis.set(takenKey(zone), "somebody else's");
  }

  /** What the key of such a zone holds now. */
  String taken(String zone) {
    return redis.get(takenKey(zone));
  }

  private static String takenKey(String zone) {
    return REDIS_PREFIX + Poisons.RUNNING + ":" + zone;
  }

  /** Gives a column of the running view a type that its values are not of, as nobody should. */
  void breakTable() throws SQLException {
    jdbc.createStatement()
        .execute("ALTER TABLE " + Poisons.RUNNING + " ALTER COLUMN grams TYPE bytea USING NULL");
  }

  @Override
  public void close() throws SQLException {
    redis.close();
    jdbc.close();
  }
}
