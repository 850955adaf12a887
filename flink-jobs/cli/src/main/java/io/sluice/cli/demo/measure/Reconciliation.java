package io.sluice.cli.demo.measure;

import io.sluice.cli.demo.trade.ExpectedResults;
import io.sluice.cli.demo.trade.ExpectedResults.Bucket;
import io.sluice.cli.demo.trade.ExpectedResults.Exposure;
import io.sluice.cli.demo.trade.ExpectedResults.Position;
import io.sluice.cli.demo.trade.Offsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;

/** Compares what the stores hold with what they must hold, record by record and value by value. */
public final class Reconciliation {
  private static final int SAMPLE = 5;

  private final int produced;
  private final ExpectedResults expected;
  private final Findings found;
  private final List<Check> checks = new ArrayList<>();

  private Reconciliation(int produced, ExpectedResults expected, Findings found) {
    this.produced = produced;
    this.expected = expected;
    this.found = found;
  }

  /**
   * Compares.
   *
   * @param produced how many events were to be produced
   */
  public static List<Check> compare(int produced, ExpectedResults expected, Findings found) {
    return new Reconciliation(produced, expected, found).run();
  }

  private List<Check> run() {
    checks.add(Check.count("produced", produced, found.produced()));
    checks.add(Check.count("acknowledged", produced, found.acked()));
    records("bronze rows", expected.bronze(), found.bronze());
    records("silver rows", expected.silver(), found.silver());
    rejects();
    checks.add(Check.count("duplicates", expected.duplicates(), found.ledger().duplicates()));
    checks.add(Check.count("late events", expected.late(), found.late()));
    checks.add(Check.count("ledger consumed", expected.acked(), found.ledger().consumed()));
    checks.add(Check.count("ledger gap", 0, found.ledger().gap()));
    gold();
    redis();
    jdbc();
    return checks;
  }

  private void records(String name, Offsets wanted, LakeFindings.Coordinates there) {
    var differences = new ArrayList<String>();
    difference("missing", wanted.minus(there.records()), differences);
    difference("not expected", there.records().minus(wanted), differences);
    long twice = there.rows() - there.records().size();
    if (twice != 0) {
      differences.add("%,d rows repeat a record".formatted(twice));
    }
    checks.add(
        new Check(
            name, "%,d".formatted(wanted.size()), "%,d".formatted(there.rows()), differences));
  }

  private static void difference(String what, Offsets records, List<String> differences) {
    if (records.size() > 0) {
      differences.add(
          "%,d %s (partition/offset), first: %s"
              .formatted(records.size(), what, records.sample(SAMPLE)));
    }
  }

  private void rejects() {
    var rules = new TreeSet<>(expected.rejected().keySet());
    rules.addAll(found.rejected().keySet());
    for (String rule : rules) {
      checks.add(
          Check.count(
              "rejected, " + rule,
              expected.rejected().getOrDefault(rule, 0L),
              found.rejected().getOrDefault(rule, 0L)));
    }
    checks.add(Check.count("rejected", expected.rejectedTotal(), Findings.total(found.rejected())));
    var differences = new ArrayList<String>();
    differences("rule", expected.rejected(), found.deadLetters(), Long::equals, differences);
    checks.add(
        new Check(
            "dead-letter topic",
            "%,d".formatted(expected.rejectedTotal()),
            "%,d".formatted(Findings.total(found.deadLetters())),
            differences));
  }

  private void gold() {
    Map<Bucket, Exposure> there = found.gold().byKey();
    var wanted = windows(expected.delta(), expected.deltaAfterSilence(), there);
    checks.add(Check.count("gold " + Names.EXPOSURE, wanted.size(), found.gold().rows()));
    values("  its values", wanted, there, (a, b) -> a.sameAs(b));
  }

  /** By what the store holds: all partitions may have been silent long enough when it was read. */
  private static SortedMap<Bucket, Exposure> windows(
      SortedMap<Bucket, Exposure> before,
      SortedMap<Bucket, Exposure> afterSilence,
      Map<Bucket, Exposure> there) {
    return before.keySet().containsAll(there.keySet()) ? before : afterSilence;
  }

  private void redis() {
    checks.add(
        Check.count(
            "Redis " + Names.POSITION, expected.positions().size(), found.positions().size()));
    values("  its values", expected.positions(), found.positions(), Reconciliation::samePosition);
  }

  private void jdbc() {
    var wanted = windows(expected.jdbc(), expected.jdbcAfterSilence(), found.jdbc());
    checks.add(Check.count("PostgreSQL " + Names.EXPOSURE, wanted.size(), found.jdbc().size()));
    values("  its values", wanted, found.jdbc(), (a, b) -> a.sameAs(b));
  }

  private static boolean samePosition(Position one, Position other) {
    return one.position().compareTo(other.position()) == 0
        && one.lastEventMicros() == other.lastEventMicros()
        && one.version() == other.version();
  }

  private <K, V> void values(
      String name, SortedMap<K, V> wanted, Map<K, V> there, BiPredicate<V, V> same) {
    long equal =
        wanted.entrySet().stream()
            .filter(
                each ->
                    Optional.ofNullable(there.get(each.getKey()))
                        .filter(value -> same.test(each.getValue(), value))
                        .isPresent())
            .count();
    var differences = new ArrayList<String>();
    differences("key", wanted, there, same, differences);
    checks.add(
        new Check(
            name, "%,d equal".formatted(wanted.size()), "%,d equal".formatted(equal), differences));
  }

  private static <K, V> void differences(
      String what,
      Map<K, V> wanted,
      Map<K, V> there,
      BiPredicate<V, V> same,
      List<String> differences) {
    var keys = new TreeSet<>(wanted.keySet());
    keys.addAll(there.keySet());
    for (K key : keys) {
      V expects = wanted.get(key);
      V finds = there.get(key);
      boolean equal = expects != null && finds != null && same.test(expects, finds);
      if (!equal && differences.size() < SAMPLE) {
        differences.add("%s %s: expected %s, found %s".formatted(what, key, expects, finds));
      }
    }
  }
}
