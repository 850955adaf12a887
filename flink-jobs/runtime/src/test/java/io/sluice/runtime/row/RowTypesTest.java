package io.sluice.runtime.row;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definition.model.Column;
import io.sluice.definition.model.ColumnType;
import io.sluice.definition.model.ColumnType.Simple;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowTypesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          BOOLEAN                | BOOLEAN
          INT                    | INT
          LONG                   | BIGINT
          FLOAT                  | FLOAT
          DOUBLE                 | DOUBLE
          STRING                 | VARCHAR(2147483647)
          BYTES                  | VARBINARY(2147483647)
          DATE                   | DATE
          TIME_MILLIS            | INT
          TIME_MICROS            | BIGINT
          TIMESTAMP_MILLIS       | TIMESTAMP(3) WITH LOCAL TIME ZONE
          TIMESTAMP_MICROS       | TIMESTAMP(6) WITH LOCAL TIME ZONE
          LOCAL_TIMESTAMP_MILLIS | TIMESTAMP(3)
          LOCAL_TIMESTAMP_MICROS | TIMESTAMP(6)
          """)
  void translatesSimpleTypes(Simple type, String logicalType) {
    assertThat(RowTypes.logicalType(type, true).asSerializableString()).isEqualTo(logicalType);
    assertThat(RowTypes.logicalType(type, false).isNullable()).isFalse();
  }

  @Test
  void translatesNestedTypes() {
    List<Column> columns =
        List.of(
            new Column("price", new ColumnType.Decimal(18, 4), false),
            new Column("tags", new ColumnType.Array(Simple.INT, true), true),
            new Column("more", new ColumnType.MapOf(Simple.LONG, false), true),
            new Column(
                "leg",
                new ColumnType.Struct(List.of(new Column("side", Simple.BOOLEAN, false))),
                true));
    assertThat(RowTypes.rowType(columns).asSerializableString())
        .isEqualTo(
            "ROW<`price` DECIMAL(18, 4) NOT NULL, `tags` ARRAY<INT>, "
                + "`more` MAP<VARCHAR(2147483647) NOT NULL, BIGINT NOT NULL>, "
                + "`leg` ROW<`side` BOOLEAN NOT NULL>> NOT NULL");
  }
}
