package io.sluice.definition.yaml;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a file is by its content, whatever its name: a slip in the name or in {@code kind} does not
 * hide it.
 */
public enum FileKind {
  PIPELINE,
  CONTRACT,
  SCHEMA,
  /** Nothing but blanks and comments. */
  EMPTY,
  /** None of these, or no text. */
  OTHER;

  private static final Set<String> SECTIONS =
      Set.of("sources", "bronze", "silver", "gold", "connections");
  private static final Set<String> KINDS = Set.of("Pipeline", "DataContract");

  // In files that are not YAML as a whole.
  private static final Pattern PIPELINE_LINE =
      Pattern.compile(
          "(?im)^(kind[ \t]*:[ \t]*[\"']?Pipeline\\b|apiVersion[ \t]*:[ \t]*[\"']?sluice/)");
  private static final Pattern CONTRACT_LINE =
      Pattern.compile("(?im)^kind[ \t]*:[ \t]*[\"']?DataContract\\b");
  private static final Pattern SIGN = Pattern.compile("(?i)kind|apiVersion|sources|connections");
  private static final Pattern SCHEMA_TYPE = Pattern.compile("\"type\"\\s*:\\s*\"record\"");

  /** Looks into a file; what cannot be read as text is {@link #OTHER}. */
  public static FileKind of(Path file) {
    Optional<String> text = YamlFile.text(file, new Problems());
    if (text.isEmpty()) {
      return OTHER;
    }
    if (text.get().lines().allMatch(FileKind::saysNothing)) {
      return EMPTY;
    }
    if (text.get().stripLeading().startsWith("{") && SCHEMA_TYPE.matcher(text.get()).find()) {
      return SCHEMA;
    }
    if (!SIGN.matcher(text.get()).find()) {
      return OTHER;
    }
    Optional<Value> root = YamlFile.read(file, new Problems());
    if (root.isPresent()) {
      return ofKeys(root.get().entries().orElse(Map.of()));
    }
    if (CONTRACT_LINE.matcher(text.get()).find()) {
      return CONTRACT;
    }
    return PIPELINE_LINE.matcher(text.get()).find() ? PIPELINE : OTHER;
  }

  private static boolean saysNothing(String line) {
    return line.isBlank() || line.stripLeading().startsWith("#") || line.strip().equals("---");
  }

  private static FileKind ofKeys(Map<String, Value> entries) {
    Map<String, String> keys = new HashMap<>();
    entries.forEach(
        (key, value) -> keys.put(key.toLowerCase(Locale.ROOT), value.spelling().orElse("")));
    String version = keys.getOrDefault("apiversion", "");
    boolean ours =
        version.startsWith("sluice") || Nearest.of(version, List.of("sluice/v1")).isPresent();
    boolean foreign = version.contains("/") && !ours;
    Optional<String> kind = Nearest.of(keys.getOrDefault("kind", ""), KINDS);
    if (kind.filter("DataContract"::equals).isPresent()) {
      return CONTRACT;
    }
    long sections = keys.keySet().stream().filter(SECTIONS::contains).count();
    return ours || !foreign && (kind.isPresent() || sections > 1) ? PIPELINE : OTHER;
  }
}
