package io.sluice.runtime.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class Utf8CheckTest {
  private static boolean isValidForJava(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  @Property(tries = 500)
  void agreesWithJavaOnBytes(@ForAll byte[] bytes) {
    assertThat(Utf8Check.isValid(bytes)).isEqualTo(isValidForJava(bytes));
  }

  @Property(tries = 500)
  void agreesWithJavaOnTexts(@ForAll String text) {
    assertThat(Utf8Check.isValid(text.getBytes(StandardCharsets.UTF_8))).isTrue();
  }

  @Property(tries = 1)
  void agreesWithJavaOnEverySequenceOfThreeBytes() {
    byte[] bytes = new byte[4];
    bytes[3] = (byte) 0x80;
    for (int first = 0xc0; first < 0x100; first++) {
      for (int second = 0x70; second < 0xd0; second++) {
        for (int third = 0x7e; third < 0x82; third++) {
          bytes[0] = (byte) first;
          bytes[1] = (byte) second;
          bytes[2] = (byte) third;
          assertThat(Utf8Check.isValid(bytes)).isEqualTo(isValidForJava(bytes));
        }
      }
    }
  }
}
