package io.sluice.runtime.codec;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * Default values of reader fields as internal data objects. A default takes the same way as any
 * other value: it is written as Avro and read by the readers of this package.
 */
final class Defaults {
  private Defaults() {}

  static Object internal(Schema schema, Object avroValue) throws IncompatibleSchemaException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    try {
      new GenericDatumWriter<>(schema, ReaderCompiler.RAW).write(avroValue, encoder);
      encoder.flush();
      AvroInput input = new AvroInput();
      input.reset(bytes.toByteArray(), 0, bytes.size());
      return ReaderCompiler.compileSame(schema).read(input);
    } catch (CodecException e) {
      throw new IncompatibleSchemaException(
          "The default %s does not fit its type %s: %s"
              .formatted(avroValue, schema, e.getMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
