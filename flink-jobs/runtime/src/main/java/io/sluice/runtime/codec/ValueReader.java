package io.sluice.runtime.codec;

import java.io.IOException;

/** Reads one value from the input as Flink's internal data object, or null for Avro's null. */
@FunctionalInterface
interface ValueReader {
  /**
   * @throws java.io.EOFException if the input ends within the value
   * @throws CodecException if the bytes are malformed or the value does not fit
   * @throws IOException if Avro's decoder finds the bytes malformed
   */
  Object read(AvroInput in) throws IOException, CodecException;
}
