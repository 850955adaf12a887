package io.sluice.runtime.codec;

import java.io.EOFException;
import java.io.IOException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.flink.table.data.GenericRowData;

/**
 * Decodes Avro data of one writer's schema into rows of the reader's schema, without an Avro record
 * in between. Avro's own resolution decides how the two schemas fit (aliases, promotions, defaults,
 * reordered and dropped fields, unions, enum defaults); it runs once, in {@link #create}, and
 * leaves a tree of small readers over Avro's binary decoder.
 *
 * <p>Beyond Avro's rules, the units of two time types are converted (milliseconds to microseconds
 * and back, rounding down), and two decimals must have the same scale: Avro itself would pass the
 * number through and silently change its meaning.
 *
 * <p>Bytes are never trusted: a datum takes memory in proportion to its size, and nothing but a
 * {@link CodecException} comes out of malformed ones. Not thread-safe.
 */
public final class AvroRowReader {
  private final AvroInput input = new AvroInput();
  private final RecordReader root;

  private AvroRowReader(RecordReader root) {
    this.root = root;
  }

  /**
   * Builds the reader for one writer's schema.
   *
   * @param writer the schema that the data was written with
   * @param reader the record whose fields are the columns, in order
   * @throws IncompatibleSchemaException with Avro's explanation if no datum could be read
   */
  public static AvroRowReader create(Schema writer, Schema reader)
      throws IncompatibleSchemaException {
    return new AvroRowReader(ReaderCompiler.compile(writer, reader));
  }

  /**
   * Decodes one datum into the fields 0 to n-1 of the row, n being the number of the reader's
   * fields. After an exception these fields hold nothing of use.
   *
   * @param bytes a value that contains the datum
   * @param offset where the datum begins, behind the Confluent header
   * @param length bytes of the datum, all of which it must use
   * @throws CodecException with rule truncated, corrupt, range or incompatible_schema; the last one
   *     when this datum uses a union branch or enum symbol that the reader's schema has no place
   *     for
   */
  public void read(byte[] bytes, int offset, int length, GenericRowData target)
      throws CodecException {
    input.reset(bytes, offset, length);
    try {
      root.readInto(input, target);
      if (input.remaining() > 0) {
        throw AvroInput.corrupt(
            "%d of %d bytes are left behind the record.".formatted(input.remaining(), length));
      }
    } catch (EOFException e) {
      throw new CodecException(
          DecodeRule.TRUNCATED,
          "The record of %d bytes ends too early%s."
              .formatted(length, e.getMessage() == null ? "" : ": " + e.getMessage()),
          e);
    } catch (StackOverflowError e) {
      // Depth is bounded, but how much stack there is depends on the process.
      throw AvroInput.corrupt("The values of the record nest too deeply to be read.");
    } catch (IOException | AvroRuntimeException e) {
      throw new CodecException(
          DecodeRule.CORRUPT, "The record is malformed: %s.".formatted(e.getMessage()), e);
    }
  }
}
