package io.sluice.delta.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3BufferTest {

  private static final int CHUNK = 128 << 10;

  private static byte[] random(int length) {
    byte[] content = new byte[length];
    new Random(length).nextBytes(content);
    return content;
  }

  private static byte[] read(S3Buffer buffer) throws IOException {
    try (InputStream in = buffer.content().open()) {
      return in.readAllBytes();
    }
  }

  private static long spilled() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(f -> f.getFileName().toString().startsWith("sluice-upload-")).count();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, CHUNK, CHUNK + 1, 5 * CHUNK - 1, 1_000_000})
  void whatIsWrittenCanBeReadAgainAndAgain(int length) throws IOException {
    byte[] content = random(length);
    for (long most : new long[] {0, CHUNK, 3 * CHUNK, 1 << 30}) {
      S3Buffer.Budget budget = new S3Buffer.Budget(most);
      try (S3Buffer buffer = new S3Buffer(budget)) {
        for (int round = 0; round < 3; round++) {
          for (int written = 0; written < length; ) {
            int piece = Math.min(length - written, 7_000 * (round + 1));
            buffer.write(content, written, piece);
            written += piece;
          }
          assertThat(buffer.size()).isEqualTo(length);
          assertThat(buffer.content().length()).isEqualTo(length);
          assertThat(read(buffer)).isEqualTo(content);
          assertThat(read(buffer)).isEqualTo(content);
          buffer.clear();
          assertThat(buffer.size()).isZero();
        }
      }
      assertThat(budget.free()).isEqualTo(most);
    }
    assertThat(spilled()).isZero();
  }

  @Test
  void manyBuffersKeepToOneBudget() throws IOException {
    S3Buffer.Budget budget = new S3Buffer.Budget(10L * CHUNK);
    S3Buffer[] buffers = new S3Buffer[64];
    byte[] content = random(3 * CHUNK / 2);
    for (int i = 0; i < buffers.length; i++) {
      buffers[i] = new S3Buffer(budget);
      buffers[i].write(content, 0, content.length);
    }
    assertThat(budget.free()).isZero();
    for (S3Buffer buffer : buffers) {
      assertThat(read(buffer)).isEqualTo(content);
      buffer.close();
    }
    assertThat(budget.free()).isEqualTo(10L * CHUNK);
    assertThat(spilled()).isZero();
    assertThat(Arrays.stream(buffers).mapToLong(S3Buffer::size).sum()).isZero();
  }
}
