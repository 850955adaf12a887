package io.sluice.runtime.codec;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.flink.table.data.DecimalData;

/**
 * Reads a decimal from big-endian two's complement bytes. Up to 18 digits it makes no BigInteger. A
 * value with more digits than its type is corrupt.
 */
final class DecimalReader implements ValueReader {
  /** Stands for a size that the data gives. */
  static final int PREFIXED = -1;

  // No decimal of 38 digits has more bits.
  private static final int MAX_BITS = 127;

  private final int precision;
  private final int scale;
  private final int size;
  private final long compactLimit;

  /**
   * @param size bytes of a fixed, or {@link #PREFIXED}
   */
  DecimalReader(LogicalTypes.Decimal type, int size) {
    this.precision = type.getPrecision();
    this.scale = type.getScale();
    this.size = size;
    this.compactLimit = DecimalData.isCompact(precision) ? powerOfTen(precision) : Long.MAX_VALUE;
  }

  /** Avro's resolution does not look at decimals; a change of scale would move the point. */
  static void requireSameScale(Schema writer, LogicalTypes.Decimal reader)
      throws IncompatibleSchemaException {
    if (writer.getLogicalType() instanceof LogicalTypes.Decimal written
        && written.getScale() != reader.getScale()) {
      throw new IncompatibleSchemaException(
          "Found decimal(%d, %d), expecting decimal(%d, %d): the scales differ"
              .formatted(
                  written.getPrecision(),
                  written.getScale(),
                  reader.getPrecision(),
                  reader.getScale()));
    }
  }

  @Override
  public DecimalData read(AvroInput in) throws IOException, CodecException {
    int length = size == PREFIXED ? in.readLength() : size;
    if (length == 0) {
      throw AvroInput.corrupt("A decimal has no bytes.");
    }
    if (length > Long.BYTES) {
      return wide(new BigInteger(in.readFixed(length)));
    }
    long unscaled = in.readBigEndian(length);
    if (!DecimalData.isCompact(precision)) {
      return fit(BigDecimal.valueOf(unscaled, scale));
    }
    if (unscaled >= compactLimit || unscaled <= -compactLimit) {
      throw doesNotFit(BigDecimal.valueOf(unscaled, scale).toString());
    }
    return DecimalData.fromUnscaledLong(unscaled, precision, scale);
  }

  private DecimalData wide(BigInteger unscaled) throws CodecException {
    if (unscaled.bitLength() > MAX_BITS) {
      throw doesNotFit("of %d bits".formatted(unscaled.bitLength()));
    }
    return fit(new BigDecimal(unscaled, scale));
  }

  private DecimalData fit(BigDecimal value) throws CodecException {
    DecimalData decimal = DecimalData.fromBigDecimal(value, precision, scale);
    if (decimal == null) {
      throw doesNotFit(value.toString());
    }
    return decimal;
  }

  private CodecException doesNotFit(String value) {
    return AvroInput.corrupt(
        "The number %s does not fit decimal(%d, %d).".formatted(value, precision, scale));
  }

  private static long powerOfTen(int exponent) {
    long power = 1;
    for (int i = 0; i < exponent; i++) {
      power *= 10;
    }
    return power;
  }
}
