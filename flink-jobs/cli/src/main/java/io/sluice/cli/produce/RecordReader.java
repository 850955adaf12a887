package io.sluice.cli.produce;

import io.sluice.cli.text.CommandFailure;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.ZipException;
import org.apache.avro.Schema;

/** Reads the records of an input one after the other; a bad line never ends the reading. */
public interface RecordReader extends Closeable {

  /**
   * Opens a file by its ending, with or without {@code .gz} behind it: {@code .csv}, {@code .tsv},
   * or {@code .jsonl}, {@code .ndjson} or {@code .json} for one JSON object on each line. The
   * standard input is JSON if it begins with a brace, else CSV.
   *
   * @param file {@code -} for the standard input
   * @throws CommandFailure if the ending is another one or a CSV header cannot serve
   * @throws IllegalArgumentException if the options do not fit the schema
   */
  static RecordReader open(Path file, InputStream standardInput, Schema schema, ReadOptions options)
      throws IOException {
    try {
      return reader(file, standardInput, schema, options);
    } catch (EOFException | ZipException e) {
      throw new CommandFailure(
          "%s begins as gzip and cannot be unpacked (%s). Copy or pack it again."
              .formatted(InputBytes.name(file), e.getMessage()),
          e);
    }
  }

  private static RecordReader reader(
      Path file, InputStream standardInput, Schema schema, ReadOptions options) throws IOException {
    Columns columns = new Columns(schema, options);
    String kind = kind(file);
    BufferedInputStream content = InputBytes.open(file, standardInput);
    boolean opened = false;
    try {
      boolean json = kind.isEmpty() ? InputBytes.looksLikeJson(content) : kind.equals("json");
      char delimiter = options.delimiter().orElse(kind.equals("tsv") ? '\t' : ',');
      String name = InputBytes.name(file);
      RecordReader reader =
          json
              ? new JsonLines(content, columns)
              : new CsvRecords(name, content, delimiter, columns);
      opened = true;
      return reader;
    } finally {
      if (!opened) {
        content.close();
      }
    }
  }

  private static String kind(Path file) {
    if (InputBytes.isStandardInput(file)) {
      return "";
    }
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT).replaceAll("\\.gz$", "");
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "csv" -> "csv";
      case "tsv", "tab" -> "tsv";
      case "jsonl", "ndjson", "json" -> "json";
      default ->
          throw new CommandFailure(
              "The format of %s is unknown: its name must end in .csv, .tsv or .jsonl, with or without .gz."
                  .formatted(file));
    };
  }

  /** The next record or bad line, empty at the end of the input. */
  Optional<InputLine> next() throws IOException;

  /** The bytes of the line that names the columns; empty when there is none. */
  default Optional<byte[]> header() {
    return Optional.empty();
  }

  /**
   * A sentence for each column that was seen so far and that the schema has not; its values are
   * left out.
   */
  List<String> unknownColumns();
}
