package io.sluice.connectors.delta;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ids in the names of the sinks' data files. Sixteen bytes stand for a path of a hundred
 * wherever a row's place must be remembered.
 */
final class FileIds {

  private static final Pattern NAME =
      Pattern.compile("part-\\d{5}-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-c000\\.\\S+");

  private FileIds() {}

  static String name(int subtask, UUID id) {
    return String.format("part-%05d-%s-c000.snappy.parquet", subtask, id);
  }

  /** The id of a path; other writers may use the same form, but then for more than one file. */
  static Optional<UUID> of(String path) {
    Matcher name = NAME.matcher(path.substring(path.lastIndexOf('/') + 1));
    return name.matches() ? Optional.of(UUID.fromString(name.group(1))) : Optional.empty();
  }
}
