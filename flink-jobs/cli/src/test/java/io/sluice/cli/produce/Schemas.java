package io.sluice.cli.produce;

import org.apache.avro.Schema;

/** Schemas of the tests. */
final class Schemas {
  private Schemas() {}

  /** A record {@code trips} with the fields given as JSON. */
  static Schema trips(String... fields) {
    return new Schema.Parser()
        .parse(
            """
            {"type": "record", "name": "trips", "namespace": "x", "fields": [%s]}"""
                .formatted(String.join(",", fields)));
  }

  /** A field whose type is given as JSON. */
  static String field(String name, String type) {
    return "{\"name\": \"%s\", \"type\": %s}".formatted(name, type);
  }

  /** A logical type on a primitive type. */
  static String logical(String type, String logical) {
    return "{\"type\": \"%s\", \"logicalType\": \"%s\"}".formatted(type, logical);
  }
}
