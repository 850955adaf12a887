package io.sluice.cli.produce;

import io.sluice.cli.platform.Problem;
import io.sluice.cli.platform.RecordBytes;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rows of a CSV input after RFC 4180. A quote at the begin of a cell opens it; inside, line
 * ends and delimiters are content and a quote is written twice. A quote elsewhere in a cell that is
 * not quoted is a character like others. Line ends are {@code \n}, {@code \r\n} and {@code \r}.
 *
 * <p>A row ends at a line end outside quotes, also when text stands behind a closing quote. So what
 * stands inside quotes is never read as a row of its own; a quote that is never closed makes the
 * rest of the input one row that cannot be read.
 *
 * <p>Written by hand, because CSV libraries give up at the first row that is malformed, and do not
 * tell its bytes: here it is one bad line, which is copied as it stands, and the rest is read.
 */
final class CsvRows implements Closeable {

  /**
   * One row.
   *
   * @param number the line at which it begins, from 1
   * @param cells null for an empty cell without quotes; the list is null when the row has a flaw
   * @param bytes as they stand in the input; null when the row is too long
   * @param flaw why the row cannot be read, else null
   */
  record Row(long number, List<String> cells, byte[] bytes, Problem flaw) {}

  private enum State {
    CELL_BEGINS,
    PLAIN,
    QUOTED,
    QUOTE_CLOSED,
    BROKEN_QUOTED,
    BROKEN
  }

  private final RecordBytes bytes;
  private final int delimiter;
  private final ByteArrayOutputStream cell = new ByteArrayOutputStream();
  private List<byte[]> cells = new ArrayList<>();
  private State state;
  private int quotedCell;

  CsvRows(InputStream in, char delimiter) {
    this.bytes = new RecordBytes(in);
    this.delimiter = delimiter;
  }

  /** The next row, empty at the end of the input; empty lines are passed over. */
  Optional<Row> next() throws IOException {
    while (bytes.peek() == '\n' || bytes.peek() == '\r') {
      bytes.read();
    }
    if (bytes.peek() == RecordBytes.END) {
      return Optional.empty();
    }
    bytes.begin();
    cells = new ArrayList<>();
    cell.reset();
    state = State.CELL_BEGINS;
    int b = bytes.read();
    while (b != RecordBytes.END && !endsRow(b)) {
      if (bytes.isTooLong()) {
        cells.clear();
        cell.reset();
      }
      take(b);
      b = bytes.read();
    }
    bytes.finishLineEnd(b);
    return Optional.of(row());
  }

  private boolean endsRow(int b) {
    return (b == '\n' || b == '\r') && state != State.QUOTED && state != State.BROKEN_QUOTED;
  }

  private void take(int b) {
    switch (state) {
      case CELL_BEGINS, PLAIN -> takePlain(b);
      case QUOTED -> {
        if (b == '"') {
          state = State.QUOTE_CLOSED;
        } else {
          cell.write(b);
        }
      }
      case QUOTE_CLOSED -> takeBehindQuote(b);
      // Text stood behind a closing quote: only where the row ends is still of interest.
      case BROKEN_QUOTED -> state = b == '"' ? State.BROKEN : State.BROKEN_QUOTED;
      case BROKEN -> state = b == '"' ? State.BROKEN_QUOTED : State.BROKEN;
      default -> throw new IllegalStateException("no such state: " + state);
    }
  }

  private void takePlain(int b) {
    if (b == delimiter) {
      endCell(cell.size() == 0 ? null : cell.toByteArray());
    } else if (b == '"' && state == State.CELL_BEGINS) {
      state = State.QUOTED;
      quotedCell = cells.size() + 1;
    } else {
      cell.write(b);
      state = State.PLAIN;
    }
  }

  private void takeBehindQuote(int b) {
    if (b == delimiter) {
      endCell(cell.toByteArray());
    } else if (b == '"') {
      cell.write(b);
      state = State.QUOTED;
    } else {
      state = State.BROKEN;
    }
  }

  private void endCell(byte[] content) {
    cells.add(content);
    cell.reset();
    state = State.CELL_BEGINS;
  }

  private Row row() {
    long number = bytes.firstLine();
    boolean quoted = state == State.QUOTE_CLOSED;
    boolean open = state == State.QUOTED || state == State.BROKEN_QUOTED;
    boolean broken = open || state == State.BROKEN;
    endCell(cell.size() == 0 && !quoted ? null : cell.toByteArray());
    byte[] record = bytes.isTooLong() ? null : bytes.bytes();
    if (broken) {
      return new Row(number, null, record, quoteProblem(open));
    }
    if (record == null) {
      return new Row(number, null, null, Problem.tooLong());
    }
    String flaw = RecordBytes.flaw(record, number);
    return flaw == null
        ? new Row(number, texts(), record, null)
        : new Row(number, null, record, Problem.notUtf8(flaw));
  }

  private Problem quoteProblem(boolean open) {
    String reason =
        open
            ? "has a quote that is never closed"
            : "is not CSV: text stands behind the closing quote of a cell";
    String cellNumber = bytes.isTooLong() ? "" : " (cell " + quotedCell + ")";
    String rest = open ? "; the rest of the input up to line " + lastLine() + " is left out" : "";
    return new Problem(reason + cellNumber + rest, reason);
  }

  /** The last line that holds a byte of the row. */
  private long lastLine() {
    return bytes.endsWithLineEnd() ? bytes.line() - 1 : bytes.line();
  }

  private List<String> texts() {
    List<String> texts = new ArrayList<>(cells.size());
    for (byte[] content : cells) {
      texts.add(content == null ? null : new String(content, StandardCharsets.UTF_8));
    }
    return texts;
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
