package io.sluice.connectors.jdbc;

import java.util.Set;
import java.util.regex.Pattern;
import org.postgresql.PGProperty;

/**
 * The form of a JDBC URL of PostgreSQL. The driver prints a URL that it cannot read, with the
 * password in it, and a user before the host it takes for a port; so it only gets what has the
 * form. Of its parameters it gets those that neither lead to another server than the one in front
 * (a pipeline may write parameters behind the platform's URL, which holds a password) nor name a
 * class to load.
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

  /** The parameters that may stand in a URL. */
  static final Set<String> ALLOWED =
      Set.of(
          "user",
          "password",
          "ssl",
          "sslmode",
          "sslNegotiation",
          "sslrootcert",
          "sslcert",
          "sslkey",
          "sslpassword",
          "sslResponseTimeout",
          "pemKeyAlgorithm",
          "channelBinding",
          "requireAuth",
          "scramMaxIterations",
          "gssEncMode",
          "gssResponseTimeout",
          "ApplicationName",
          "assumeMinServerVersion",
          "currentSchema",
          "options",
          "connectTimeout",
          "loginTimeout",
          "socketTimeout",
          "queryTimeout",
          "cancelSignalTimeout",
          "tcpKeepAlive",
          "tcpNoDelay",
          "sendBufferSize",
          "receiveBufferSize",
          "targetServerType",
          "loadBalanceHosts",
          "hostRecheckSeconds",
          "logServerErrorDetail",
          "prepareThreshold",
          "preparedStatementCacheQueries",
          "preparedStatementCacheSizeMiB",
          "reWriteBatchedInserts");

  /** What a file of services calls host, port and database; in a URL the driver knows them, too. */
  private static final Set<String> SERVICE_NAMES = Set.of("host", "port", "dbname");

  private PostgresUrl() {}

  /**
   * The URL itself.
   *
   * @throws IllegalArgumentException if it has another form or a parameter that is not allowed; the
   *     message does not show it
   */
  public static String require(String url) {
    if (!FORM.matcher(url).matches()) {
      throw new IllegalArgumentException(
          "the JDBC URL must look like jdbc:postgresql://HOST:PORT/DATABASE?user=USER&password=PASSWORD, with '%25' for '%' in a value (not shown: it may hold a password)");
    }
    int parameters = url.indexOf('?');
    if (parameters >= 0) {
      for (String parameter : url.substring(parameters + 1).split("&")) {
        requireAllowed(parameter.split("=", 2)[0]);
      }
    }
    return url;
  }

  /** A name that the driver does not know may be the rest of a password, and is not shown. */
  private static void requireAllowed(String name) {
    if (name.isEmpty() || ALLOWED.contains(name)) {
      return;
    }
    throw new IllegalArgumentException(
        SERVICE_NAMES.contains(name) || PGProperty.forName(name) != null
            ? "the JDBC URL has the parameter '%s', which is not passed on to PostgreSQL's driver: it may lead to another server or load a class. Remove it"
                .formatted(name)
            : "the JDBC URL has a parameter that PostgreSQL's driver does not know (not shown: it may be the rest of a password, in which '&' is written '%26'). Correct or remove it");
  }
}
