package io.sluice.cli.demo.trade;

import java.util.Optional;

/** What is special about a generated trade. A record breaks at most one rule. */
public enum TradeKind {
  CLEAN(null),
  /** The same bytes, key and event time as a clean record shortly before it. */
  DUPLICATE(null),
  /** Young enough for the contract, too old for its window. */
  LATE(null),
  /** Behind the watermark but within the allowed lateness: its window is corrected. */
  LATE_ALLOWED(null),
  NULL_TRADE_ID("required:trade_id"),
  NULL_POSITION("required:position_value"),
  POSITION_TOO_SMALL("minimum:position_value"),
  POSITION_TOO_LARGE("maximum:position_value"),
  BAD_SYMBOL("pattern:symbol"),
  UNKNOWN_CURRENCY("known_currency"),
  STALE("freshness:event_ts"),
  CORRUPT("corrupt"),
  TRUNCATED("truncated"),
  WRONG_MAGIC("wrong_magic"),
  UNKNOWN_SCHEMA_ID("unknown_schema_id"),
  EMPTY_VALUE("empty_value"),
  NULL_VALUE("null_value"),
  /** A clean trade comes again with other numbers and another event time. */
  AMENDED(null),
  /** A clean trade is taken back. */
  CANCELLED(null);

  private static final TradeKind[] VALUES = values();

  /** The kinds between CLEAN and AMENDED. */
  static final int DIRTY_KINDS = AMENDED.ordinal() - 1;

  private final String rule;

  TradeKind(String rule) {
    this.rule = rule;
  }

  /** The rule that rejects the record; empty when it passes validation. */
  public Optional<String> rule() {
    return Optional.ofNullable(rule);
  }

  /** Whether it replaces an earlier trade. */
  boolean isChange() {
    return this == AMENDED || this == CANCELLED;
  }

  static TradeKind of(byte ordinal) {
    return VALUES[ordinal];
  }
}
