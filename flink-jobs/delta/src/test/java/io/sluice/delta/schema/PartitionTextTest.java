package io.sluice.delta.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.kernel.types.BooleanType;
import io.delta.kernel.types.DateType;
import io.delta.kernel.types.DecimalType;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.TimestampNTZType;
import io.delta.kernel.types.TimestampType;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class PartitionTextTest {

  @Test
  void everyTypeIsReadAsTheProtocolWritesIt() {
    assertThat(PartitionText.parse(StringType.STRING, "a b")).isEqualTo("a b");
    assertThat(PartitionText.parse(IntegerType.INTEGER, "-7")).isEqualTo(-7L);
    assertThat(PartitionText.parse(BooleanType.BOOLEAN, "true")).isEqualTo(true);
    assertThat(PartitionText.parse(DoubleType.DOUBLE, "1.5")).isEqualTo(1.5);
    assertThat(PartitionText.parse(new DecimalType(7, 2), "1.5")).isEqualTo(new BigDecimal("1.50"));
    assertThat(PartitionText.parse(DateType.DATE, "1969-12-31")).isEqualTo(-1L);
    assertThat(PartitionText.parse(StringType.STRING, "")).isNull();
    assertThat(PartitionText.parse(DateType.DATE, null)).isNull();
  }

  @Test
  void timestampsNeverDependOnTheZoneOfTheMachine() {
    for (String text :
        new String[] {
          "1970-01-01 00:00:01.000002", "1970-01-01T00:00:01.000002Z", "1970-01-01 00:00:01.000002Z"
        }) {
      assertThat(PartitionText.parse(TimestampType.TIMESTAMP, text)).isEqualTo(1_000_002L);
    }
    assertThat(PartitionText.parse(TimestampNTZType.TIMESTAMP_NTZ, "1969-12-31 23:59:59"))
        .isEqualTo(-1_000_000L);
  }

  @Test
  void aDateOfAColumnThatBecameOneOfTimesIsTheStartOfThatDay() {
    assertThat(PartitionText.parse(TimestampNTZType.TIMESTAMP_NTZ, "1970-01-02"))
        .isEqualTo(86_400_000_000L);
    assertThat(PartitionText.parse(TimestampNTZType.TIMESTAMP_NTZ, "+10000-01-01"))
        .isEqualTo(253_402_300_800_000_000L);
  }

  @Test
  void whatIsNoValueIsSaid() {
    assertThatThrownBy(() -> PartitionText.parse(DateType.DATE, "monday"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("monday", "date");
    assertThatThrownBy(() -> PartitionText.parse(IntegerType.INTEGER, "x"))
        .hasMessageContainingAll("x", "integer");
    assertThatThrownBy(() -> PartitionText.parse(new DecimalType(7, 2), "1.555"))
        .hasMessageContaining("1.555");
    StructField day = new StructField("day", DateType.DATE, true);
    assertThatThrownBy(() -> PartitionText.parse("/lake/t", day, "monday"))
        .hasMessageContainingAll("'day'", "/lake/t", "'monday' is no date", "Spark");
  }
}
