package io.sluice.cli.demo.measure;

import io.sluice.cli.demo.trade.ExpectedResults.Bucket;
import io.sluice.cli.demo.trade.ExpectedResults.Exposure;
import io.sluice.cli.demo.trade.ExpectedResults.Position;
import java.util.SortedMap;

/**
 * What the stores hold, each read by a reader of its own.
 *
 * @param produced records handed to the producer
 * @param acked records that the broker confirmed
 * @param rejected rule to rows of the quarantine table
 * @param deadLetters rule to committed records of the dead-letter topic
 * @param late rows of the late table
 */
public record Findings(
    long produced,
    long acked,
    LakeFindings.Coordinates bronze,
    LakeFindings.Coordinates silver,
    SortedMap<String, Long> rejected,
    SortedMap<String, Long> deadLetters,
    long late,
    LakeFindings.Ledger ledger,
    LakeFindings.Exposures gold,
    SortedMap<String, Position> positions,
    SortedMap<Bucket, Exposure> jdbc) {

  public static long total(SortedMap<String, Long> byRule) {
    return byRule.values().stream().mapToLong(Long::longValue).sum();
  }
}
