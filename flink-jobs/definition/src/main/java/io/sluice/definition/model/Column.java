package io.sluice.definition.model;

import java.io.Serializable;
import java.util.Objects;

/** A named, typed column of a dataset, a derivation or a view. */
public record Column(String name, ColumnType type, boolean nullable) implements Serializable {
  public Column {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
  }
}
