package io.sluice.connectors.jdbc;

import java.util.regex.Pattern;

/**
 * The form of a JDBC URL of PostgreSQL. The driver prints a URL that it cannot read, with the
 * password in it, and a user before the host it takes for a port; so it only gets what has the
 * form.
 */
public final class PostgresUrl {
  private static final String START = "jdbc:postgresql:";
  private static final String PORT =
      "(6553[0-5]|655[0-2]\\d|65[0-4]\\d{2}|6[0-4]\\d{3}|[0-5]?\\d{1,4})";
  private static final String HOST = "([A-Za-z0-9._-]*|\\[[0-9A-Fa-f:.%]+])(:" + PORT + ")?";
  private static final String TEXT = "([^%\\s@/?#]|%[0-9A-Fa-f]{2})*";
  private static final Pattern FORM =
      Pattern.compile(
          START + "(//" + HOST + "(," + HOST + ")*/)?" + TEXT + "(\\?([^%\\s]|%[0-9A-Fa-f]{2})*)?");

  private PostgresUrl() {}

  /**
   * The URL itself.
   *
   * @throws IllegalArgumentException if it has another form; the message does not show it
   */
  public static String require(String url) {
    if (!FORM.matcher(url).matches()) {
      throw new IllegalArgumentException(
          "the JDBC URL must look like jdbc:postgresql://HOST:PORT/DATABASE?user=USER&password=PASSWORD, with '%25' for '%' in a value (not shown: it may hold a password)");
    }
    return url;
  }
}
