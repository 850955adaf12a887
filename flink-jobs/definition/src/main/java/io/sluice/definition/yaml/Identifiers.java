package io.sluice.definition.yaml;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which names are allowed. Names reach SQL, paths of tables and Redis keys, so they are narrow; and
 * no longer than PostgreSQL keeps apart.
 */
public final class Identifiers {
  static final int MAX_LENGTH = 63;
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*");
  private static final Pattern COLUMN = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** Columns that each table of PostgreSQL has already. */
  private static final Set<String> SYSTEM_COLUMNS =
      Set.of("cmax", "cmin", "ctid", "tableoid", "xmax", "xmin");

  /** The table in which a submission keeps the ids of views. */
  private static final String VIEW_IDS = "sluice_views";

  private Identifiers() {}

  /** Checks the name of a pipeline, dataset or view. */
  public static boolean checkName(String name, String what, Value place) {
    if (!NAME.matcher(name).matches()) {
      place.problem(
          "'%s' is not allowed as the name of a %s: letters, digits, '_' and '-', starting with a letter or '_'"
              .formatted(name, what));
      return false;
    }
    return checkLength(name, place);
  }

  /** Checks the name of a column that a pipeline makes up. */
  public static boolean checkColumn(String name, Value place) {
    if (!COLUMN.matcher(name).matches()) {
      place.problem(
          "'%s' is not allowed as the name of a column: letters, digits and '_', starting with a letter"
              .formatted(name));
      return false;
    }
    if (name.startsWith("_")) {
      place.problem(
          "'%s' is reserved: columns that start with '_' are Sluice's own".formatted(name));
      return false;
    }
    return checkLength(name, place);
  }

  /** Checks the name of a view that becomes a table of PostgreSQL. */
  public static void checkPostgresTable(String name, Value place) {
    if (name.startsWith("pg_")) {
      place.problem(
          "'%s' cannot be a view with the sink 'jdbc': PostgreSQL looks for names that begin with 'pg_' among its own tables. Choose another name."
              .formatted(name));
    } else if (name.equals(VIEW_IDS)) {
      place.problem(
          "'%s' cannot be a view with the sink 'jdbc': Sluice keeps the ids of views in a table of that name. Choose another name."
              .formatted(name));
    }
  }

  /**
   * Checks the name of a column that a table of PostgreSQL gets; any case other than lower fits.
   */
  public static void checkPostgresColumn(String name, Value place) {
    if (SYSTEM_COLUMNS.contains(name)) {
      place.problem(
          "'%s' cannot be a column of a view with the sink 'jdbc': each table of PostgreSQL has a column of that name already. Choose another name."
              .formatted(name));
    } else if (name.length() > MAX_LENGTH) {
      place.problem(
          "'%s' has %d characters, and PostgreSQL (sink 'jdbc') keeps %d of a name. Derive a column with a shorter name."
              .formatted(name, name.length(), MAX_LENGTH));
    }
  }

  /**
   * Records a name and complains when another one differs from it at most in case, which tables and
   * file systems do not tell apart.
   *
   * @param taken what each lower-case name was taken for
   */
  public static boolean claim(String name, String what, Map<String, String> taken, Value place) {
    String former = taken.putIfAbsent(name.toLowerCase(Locale.ROOT), what);
    if (former != null) {
      place.problem(
          "the name '%s' is taken by %s (case does not count). Choose another name."
              .formatted(name, former));
    }
    return former == null;
  }

  private static boolean checkLength(String name, Value place) {
    if (name.length() > MAX_LENGTH) {
      place.problem("a name has at most " + MAX_LENGTH + " characters");
      return false;
    }
    return true;
  }
}
