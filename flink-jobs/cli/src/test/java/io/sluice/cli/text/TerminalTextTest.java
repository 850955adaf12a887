package io.sluice.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cli.TestingCommands;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class TerminalTextTest {

  @Test
  void whatSteersATerminalIsShown() {
    assertThat(TerminalText.escape("\u001b[2Jgone")).isEqualTo("\\u001b[2Jgone");
    assertThat(TerminalText.escape("ok\rno")).isEqualTo("ok\\u000dno");
    assertThat(TerminalText.escape("\u009b31m")).isEqualTo("\\u009b31m");
    assertThat(TerminalText.escape("a\u0008\u0007\u0000\u007f"))
        .isEqualTo("a\\u0008\\u0007\\u0000\\u007f");
    assertThat(TerminalText.escape("\u202etxt.exe\u2066\u2069\u200e\ufeff"))
        .isEqualTo("\\u202etxt.exe\\u2066\\u2069\\u200e\\ufeff");
    assertThat(TerminalText.escape("a\u2028b\u2029c")).isEqualTo("a\\u2028b\\u2029c");
    assertThat(TerminalText.escape("\udb40\udc41")).isEqualTo("\\udb40\\udc41");
    assertThat(TerminalText.escape("half \ud83d")).isEqualTo("half \\ud83d");
  }

  @Test
  void whatIsVisibleStays() {
    for (String text :
        new String[] {"", "plain", "Zürich ✓ 日本", "\ud83d\ude00", "a\u200db", "two\n\tlines"}) {
      assertThat(TerminalText.escape(text)).isSameAs(text);
    }
    assertThat(TerminalText.line("two\n\tlines")).isEqualTo("two\\u000a\\u0009lines");
  }

  /** Writes text piece by piece, as cut. */
  private static String written(String... pieces) {
    StringWriter target = new StringWriter();
    try (TerminalWriter writer = TerminalWriter.of(new PrintWriter(target))) {
      for (String piece : pieces) {
        writer.print(piece);
        writer.flush();
      }
    }
    return target.toString();
  }

  @Test
  void piecesAreWrittenAsTheyWouldBeAtOnce() {
    assertThat(written("a", "\ud83d", "\ude00")).isEqualTo("a\ud83d\ude00");
    assertThat(written("a,b\r", "\nc\r\n")).isEqualTo("a,b\r\nc\r\n");
    assertThat(written("50%\r", "100%")).isEqualTo("50%\\u000d100%");
    assertThat(written("end\r")).isEqualTo("end\\u000d");
    assertThat(written("\u001b", "[31m")).isEqualTo("\\u001b[31m");
  }

  private static Output output(StringWriter out, StringWriter err) {
    CommandLine command =
        new CommandLine(CommandSpec.create())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err));
    return new Output(command.getCommandSpec(), TestingCommands.context(Path.of(".")));
  }

  @Test
  void allOutputIsEscaped() {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Output output = output(out, err);
    output.line("\u001b[2J");
    output.remark("\u001b[2J");
    output.table(List.of("A", "B"), List.of(List.of("a\nb\u001b", "c")));
    assertThat(out.toString().lines())
        .containsExactly("\\u001b[2J", "A               B", "a\\u000ab\\u001b  c");
    assertThat(err.toString().lines()).containsExactly("\\u001b[2J");
  }

  @Test
  void cellsAreOneLine() {
    assertThat(Cells.text("a\nb\u001b")).isEqualTo("a\\u000ab\\u001b");
    assertThat(Cells.text("x".repeat(60))).isEqualTo("x".repeat(60));
    assertThat(Cells.text("x".repeat(61))).isEqualTo("x".repeat(57) + "... (61 characters)");
    assertThat(Cells.text("x".repeat(5_000_000)))
        .isEqualTo("x".repeat(57) + "... (5,000,000 characters)");
    assertThat(Cells.text("\u0007".repeat(20))).endsWith("... (20 characters)");
    assertThat(Cells.json("x".repeat(5_000_000))).isEqualTo("x".repeat(5_000_000));
    assertThat(Cells.whole(List.of("a\u202e"))).isEqualTo("[\"a\\u202e\"]");
  }

  @Test
  void jsonStaysValidAndExact() throws Exception {
    ObjectMapper json = new ObjectMapper();
    String value = "\u001b[2J \u009b \u202e \\ \" \r\n\t \udb40\udc41 \ud83d\ude00 \\\u009b";
    String text = written(json.writeValueAsString(value));
    assertThat(TerminalText.escape(text)).isSameAs(text);
    assertThat(json.readValue(text, String.class)).isEqualTo(value);
  }
}
