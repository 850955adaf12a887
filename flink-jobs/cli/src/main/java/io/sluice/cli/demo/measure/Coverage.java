package io.sluice.cli.demo.measure;

import io.delta.kernel.types.LongType;
import io.sluice.cli.demo.trade.ExpectedResults;
import io.sluice.cli.demo.trade.Offsets;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Whether every store holds as many records as it must, by cheap looks: the Delta logs' own row
 * counts, the versions in Redis, a sum in PostgreSQL. It says when the run is over; whether the
 * content is right is the reconciliation's question.
 */
public final class Coverage {
  /** The store that accounts for every record, so that its count says how far a run is. */
  public static final String LEDGER = "the ledger";

  private final List<Part> parts;
  private final Part newest;

  /** The first store that does not hold everything yet. */
  public record Gap(String store, long found, long expected) {}

  private record Part(String store, long expected, LongSupplier found) {
    Optional<Gap> gap() {
      long now = found.getAsLong();
      return now < expected ? Optional.of(new Gap(store, now, expected)) : Optional.empty();
    }
  }

  private Coverage(List<Part> parts, Part newest) {
    this.parts = parts;
    this.newest = newest;
  }

  /** All stores of the pipeline, the ledger first. */
  static Coverage of(
      ExpectedResults expected,
      Names.Tables tables,
      DataFiles files,
      RedisPositions redis,
      JdbcExposures jdbc) {
    return new Coverage(
        List.of(
            new Part(LEDGER, expected.acked(), ledger(files, tables)),
            new Part("bronze", expected.acked(), new DeltaLogTail(tables.bronze())::advance),
            new Part(
                "silver", expected.silver().size(), new DeltaLogTail(tables.silver())::liveRows),
            new Part(
                "quarantine",
                expected.rejectedTotal(),
                new DeltaLogTail(tables.quarantine())::advance),
            new Part("the late table", expected.late(), new DeltaLogTail(tables.late())::advance),
            new Part("gold", expected.delta().size(), new DeltaLogTail(tables.gold())::advance),
            new Part("Redis", expected.accepted(), redis::events),
            new Part("PostgreSQL", trades(expected), jdbc::trades)),
        silver(expected.silver(), tables));
  }

  private static long trades(ExpectedResults expected) {
    return expected.jdbc().values().stream().mapToLong(ExpectedResults.Exposure::trades).sum();
  }

  /** The rows of silver that are the right ones. */
  private static Part silver(Offsets wanted, Names.Tables tables) {
    long size = wanted.size();
    return new Part(
        "silver",
        size,
        () -> size - wanted.minus(new LakeFindings(tables).silver().records()).size());
  }

  /** The records consumed so far, from the ledger's new rows. */
  private static LongSupplier ledger(DataFiles files, Names.Tables tables) {
    var tail = new DeltaLogTail(tables.ledger());
    long[] consumed = new long[1];
    return () -> {
      Optional<DeltaLogTail.Version> version = tail.poll();
      while (version.isPresent()) {
        files.longs(
            version.get().added(), "consumed", LongType.LONG, value -> consumed[0] += value);
        version = tail.poll();
      }
      return consumed[0];
    };
  }

  /** Looks at the stores in order, up to the first that lacks something; empty when none does. */
  public Optional<Gap> look() {
    return parts.stream().map(Part::gap).flatMap(Optional::stream).findFirst();
  }

  /**
   * Whether silver holds the last amendment of every trade, which the number of its rows does not
   * say. Reads the whole table: to be asked when nothing else is missing.
   */
  public Optional<Gap> lookAtAmendments() {
    return newest.gap();
  }
}
