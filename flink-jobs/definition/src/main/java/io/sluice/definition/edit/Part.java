package io.sluice.definition.edit;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One stateful part of a pipeline, as state is told apart by it.
 *
 * @param name of the dataset, view or pipeline
 * @param properties canonical text of what the layout and the meaning of its state depend on, in
 *     order
 */
public record Part(Kind kind, String name, Map<String, String> properties) {

  /** What keeps state. */
  public enum Kind {
    PIPELINE,
    DATASET,
    DEDUPLICATE,
    VIEW;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Part {
    properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
  }

  /** What identifies a part: {@code view by_shop}. */
  String id() {
    return kind.text() + " " + name;
  }
}
