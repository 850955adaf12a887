package io.sluice.definition.expression;

import io.sluice.definition.model.Column;
import io.sluice.definition.yaml.Nearest;
import io.sluice.definition.yaml.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The columns that a name can mean. A column whose definition is wrong is known but has no type:
 * who names it is not told a second time.
 */
public final class Scope {
  private final List<Column> columns;
  private final Set<String> broken;
  private boolean open;

  public Scope(List<Column> columns) {
    this(columns, Set.of());
  }

  private Scope(List<Column> columns, Set<String> broken) {
    this.columns = new ArrayList<>(columns);
    this.broken = new HashSet<>(broken);
  }

  /** Makes a column known to those that come later. */
  public void add(Column column) {
    columns.add(column);
  }

  /** Makes a name known whose definition has been reported as wrong. */
  public void addBroken(String name) {
    broken.add(name);
  }

  /** Lets names pass that are not known, since definitions of columns could not be read. */
  public void leaveOpen() {
    open = true;
  }

  /** This scope with more columns, apart from this one. */
  public Scope with(List<Column> more) {
    Scope wider = new Scope(columns, broken);
    wider.columns.addAll(more);
    wider.open = open;
    return wider;
  }

  public List<Column> columns() {
    return List.copyOf(columns);
  }

  public Optional<Column> find(String name) {
    return columns.stream().filter(column -> column.name().equals(name)).findFirst();
  }

  boolean isBroken(String name) {
    return broken.contains(name) || open && find(name).isEmpty();
  }

  /** The column; an unknown name is a problem at the place that names it. */
  public Optional<Column> find(String name, Value place) {
    Optional<Column> found = find(name);
    if (found.isEmpty() && !isBroken(name)) {
      place.problem(unknown(name));
    }
    return found;
  }

  /** What to say of a name that means nothing. */
  String unknown(String name) {
    List<String> names = columns.stream().map(Column::name).toList();
    return "unknown column '" + name + "'." + Nearest.allowed(name, names);
  }
}
