package io.sluice.cli.text;

import java.io.PrintWriter;
import java.io.Writer;

/**
 * Where commands print: the one place in which text from outside is escaped, see {@link
 * TerminalText}. What a command writes for a program instead of a person goes to {@link #exact}.
 */
public final class TerminalWriter extends PrintWriter {
  private final PrintWriter exact;

  private TerminalWriter(PrintWriter exact) {
    super(new Escaping(exact), true);
    this.exact = exact;
  }

  /** A writer that escapes; the given one if it escapes already. */
  public static TerminalWriter of(PrintWriter writer) {
    return writer instanceof TerminalWriter safe ? safe : new TerminalWriter(writer);
  }

  /** Writes what it is given: for machine forms that have escapes of their own, or none. */
  public PrintWriter exact() {
    return exact;
  }

  /** Ends of lines come as they are, also those of two characters. */
  private static final class Escaping extends Writer {
    private final PrintWriter target;

    /** The first half of a character or line end, which a write may cut. */
    private char waiting;

    Escaping(PrintWriter target) {
      this.target = target;
    }

    @Override
    public void write(char[] characters, int offset, int length) {
      String text = new String(characters, offset, length);
      if (waiting != 0) {
        text = waiting + text;
        waiting = 0;
      }
      if (!text.isEmpty()) {
        char last = text.charAt(text.length() - 1);
        if (last == '\r' || Character.isHighSurrogate(last)) {
          waiting = last;
          text = text.substring(0, text.length() - 1);
        }
      }
      int from = 0;
      for (int end = text.indexOf("\r\n"); end >= 0; end = text.indexOf("\r\n", from)) {
        target.write(TerminalText.escape(text.substring(from, end)));
        target.write("\r\n");
        from = end + 2;
      }
      target.write(TerminalText.escape(text.substring(from)));
    }

    @Override
    public void flush() {
      target.flush();
    }

    @Override
    public void close() {
      if (waiting != 0) {
        target.write(TerminalText.escape(String.valueOf(waiting)));
        waiting = 0;
      }
      target.close();
    }
  }
}
