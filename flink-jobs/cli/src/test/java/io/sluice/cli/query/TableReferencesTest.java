package io.sluice.cli.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.text.CommandFailure;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TableReferencesTest {
  private static final List<String> TABLES =
      List.of("gold/trades_1m", "ledger/market-risk", "silver/trades", "silver/trades2");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "FROM silver.trades | FROM \"silver\".\"trades\"",
        "FROM Silver . \"trades\" t | FROM \"silver\".\"trades\" t",
        "FROM silver.trades2 | FROM \"silver\".\"trades2\"",
        "FROM silver.trades AT (VERSION => 12) t | FROM \"silver\".\"trades@v12\" t",
        "FROM silver.trades at(version=>1), silver.trades | FROM \"silver\".\"trades@v1\", \"silver\".\"trades\"",
        "FROM silver.trades AT (TIMESTAMP => '2026-01-01') WHERE a = 'silver.trades' | FROM \"silver\".\"trades@2026-01-01\" WHERE a = 'silver.trades'",
        "FROM ledger.\"market-risk\" | FROM \"ledger\".\"market-risk\"",
        "SELECT 'it''s silver.trades' -- gold.trades_1m | SELECT 'it''s silver.trades' -- gold.trades_1m",
        "FROM other.silver.trades | FROM other.silver.trades",
        "FROM silver.trades; | FROM \"silver\".\"trades\"",
      })
  void findsTablesOutsideOfLiterals(String statement, String expected) {
    assertThat(TableReferences.resolve(statement, TABLES).sql()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SELECT 1; DROP TABLE x", "SELECT 1) ; COPY (SELECT 1"})
  void takesOneStatementOnly(String statement) {
    assertThatThrownBy(() -> TableReferences.resolve(statement, TABLES))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("One statement");
  }
}
