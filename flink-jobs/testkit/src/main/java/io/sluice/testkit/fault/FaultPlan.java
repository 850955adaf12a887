package io.sluice.testkit.fault;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;

/** Decides what happens to which request. Thread-safe. */
final class FaultPlan {

  /** So that a client that tries a few times gets through. */
  private static final int IN_A_ROW = 2;

  private static final class Rule {
    final Predicate<S3Request> which;
    final long first;
    final long last;
    final Fault fault;
    long seen;

    Rule(Predicate<S3Request> which, long first, long last, Fault fault) {
      this.which = which;
      this.first = first;
      this.last = last;
      this.fault = fault;
    }

    boolean strikes(S3Request request) {
      if (!which.test(request) || !fault.fits(request)) {
        return false;
      }
      seen++;
      return seen >= first && seen <= last;
    }
  }

  private final List<Rule> rules = new ArrayList<>();
  private final Map<Fault, Long> struck = new EnumMap<>(Fault.class);

  /** By method and key: how often in a row it was struck by chance. */
  private final Map<String, Integer> row = new HashMap<>();

  private Random random = new Random(0);
  private double share;
  private List<Fault> faults = List.of();

  synchronized void rule(Predicate<S3Request> which, long first, long last, Fault fault) {
    rules.add(new Rule(which, first, last, fault));
  }

  synchronized void chance(long seed, double ofAll, List<Fault> some) {
    random = new Random(seed);
    share = ofAll;
    faults = List.copyOf(some);
    row.clear();
  }

  synchronized void clear() {
    rules.clear();
    faults = List.of();
    row.clear();
  }

  synchronized Optional<Fault> next(S3Request request) {
    Optional<Fault> fault = byRule(request).or(() -> byChance(request));
    fault.ifPresent(happens -> struck.merge(happens, 1L, Long::sum));
    return fault;
  }

  /** All rules count the request, the first one that strikes wins. */
  private Optional<Fault> byRule(S3Request request) {
    Fault first = null;
    for (Rule rule : rules) {
      if (rule.strikes(request) && first == null) {
        first = rule.fault;
      }
    }
    return Optional.ofNullable(first);
  }

  private Optional<Fault> byChance(S3Request request) {
    List<Fault> possible = faults.stream().filter(fault -> fault.fits(request)).toList();
    if (possible.isEmpty()) {
      return Optional.empty();
    }
    String name = request.method() + " " + request.key();
    double chance = random.nextDouble();
    Fault fault = possible.get(random.nextInt(possible.size()));
    if (chance >= share || row.getOrDefault(name, 0) >= IN_A_ROW) {
      row.remove(name);
      return Optional.empty();
    }
    row.merge(name, 1, Integer::sum);
    return Optional.of(fault);
  }

  synchronized Map<Fault, Long> struck() {
    return new EnumMap<>(struck);
  }
}
