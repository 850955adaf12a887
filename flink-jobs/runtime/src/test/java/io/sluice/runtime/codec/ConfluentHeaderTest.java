package io.sluice.runtime.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class ConfluentHeaderTest {
  private static void assertRejected(DecodeRule rule, byte... value) {
    assertThatExceptionOfType(CodecException.class)
        .isThrownBy(() -> ConfluentHeader.schemaId(value))
        .satisfies(e -> assertThat(e.rule()).isEqualTo(rule))
        .satisfies(e -> assertThat(e.getStackTrace()).isEmpty());
    assertThat(ConfluentHeader.schemaIdOrNull(value)).isNull();
  }

  @Test
  void readsTheSchemaId() throws Exception {
    byte[] value = {0, 1, (byte) 0x82, 3, 4, 99};
    assertThat(ConfluentHeader.schemaId(value)).isEqualTo(0x01820304);
    assertThat(ConfluentHeader.schemaIdOrNull(value)).isEqualTo(0x01820304);
    assertThat(ConfluentHeader.schemaId(new byte[] {0, -1, -1, -1, -1})).isEqualTo(-1);
  }

  @Test
  void namesWhatIsWrong() {
    assertRejected(DecodeRule.NULL_VALUE, (byte[]) null);
    assertRejected(DecodeRule.EMPTY_VALUE);
    assertRejected(DecodeRule.WRONG_MAGIC, (byte) 1);
    assertRejected(DecodeRule.WRONG_MAGIC, (byte) 7, (byte) 0, (byte) 0, (byte) 0, (byte) 1);
    assertRejected(DecodeRule.TRUNCATED, (byte) 0);
    assertThatExceptionOfType(CodecException.class)
        .isThrownBy(() -> ConfluentHeader.schemaId(new byte[] {0}))
        .withMessage("The value ends after 1 byte, within the header of 5 bytes.");
    assertRejected(DecodeRule.TRUNCATED, (byte) 0, (byte) 0, (byte) 0, (byte) 1);
  }
}
