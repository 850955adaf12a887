package io.sluice.cli.produce;

import io.sluice.cli.CommandFailure;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.avro.Schema;

/** Reads the records of an input file one after the other; a bad line never ends the reading. */
public interface RecordReader extends Closeable {

  /**
   * Opens a file by its ending: {@code .csv}, or {@code .jsonl}, {@code .ndjson} or {@code .json}
   * for one JSON object on each line.
   *
   * @throws CommandFailure if the ending is another one or a CSV header cannot serve
   */
  static RecordReader open(Path file, Schema schema) throws IOException {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".csv")) {
      return new CsvRecords(file, schema);
    }
    if (name.endsWith(".jsonl") || name.endsWith(".ndjson") || name.endsWith(".json")) {
      return new JsonLines(file, schema);
    }
    throw new CommandFailure(
        "The format of %s is unknown: its name must end in .csv or .jsonl.".formatted(file));
  }

  /** The next record or bad line, empty at the end of the file. */
  Optional<InputLine> next() throws IOException;

  /** Columns that the file has and the schema has not, seen so far; their values are left out. */
  List<String> unknownColumns();
}
