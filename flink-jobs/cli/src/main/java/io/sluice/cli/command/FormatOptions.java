package io.sluice.cli.command;

import io.sluice.cli.produce.ReadOptions;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Options that say how the columns of an input are written. */
final class FormatOptions {
  @Option(
      names = "--map",
      paramLabel = "COLUMN=FIELD",
      description =
          "Field of the schema to which a column of another name belongs; may be repeated.")
  private List<String> maps = new ArrayList<>();

  @Option(
      names = "--format",
      paramLabel = "FIELD=PATTERN",
      description =
          "How a date or time is written, such as started='M/d/yyyy H:mm' (Java's DateTimeFormatter, English names); may be repeated.")
  private List<String> formats = new ArrayList<>();

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      defaultValue = "UTC",
      description =
          "Time zone of timestamps written without an offset (default: UTC). An hour that clocks skip is a bad line, one that they show twice is the first.")
  private String zone;

  @Option(
      names = "--delimiter",
      paramLabel = "C",
      description = "Character between cells of CSV, or the word tab (default: comma).")
  private String delimiter;

  @Option(names = "--decimal-comma", description = "Numbers in text have a decimal comma: 1,5.")
  private boolean decimalComma;

  @Option(
      names = "--thousands",
      paramLabel = "C",
      description =
          "Separator of groups of three digits: one of . , ' _ or the word space (default: none).")
  private String thousands;

  /**
   * The options together.
   *
   * @throws IllegalArgumentException with the option that is wrong
   */
  ReadOptions read() {
    return ReadOptions.of(delimiter, zone, decimalComma ? ',' : '.', thousands, formats, maps);
  }
}
