package io.sluice.connectors.redis;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The form of a Redis URI. A password with a '/', '?' or '#' that is not encoded would be taken for
 * a host, which messages show.
 */
public final class RedisAddress {
  private static final Set<String> SCHEMES =
      Set.of("redis", "rediss", "redis-sentinel", "rediss-sentinel");

  private static final String PLACE = "([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.%]+])(:\\d{1,5})?";

  /** One server, or several sentinels. */
  private static final Pattern PLACES = Pattern.compile(PLACE + "(," + PLACE + ")*");

  private RedisAddress() {}

  /**
   * The URI itself.
   *
   * @throws IllegalArgumentException if it has another form; the message does not show it
   */
  public static String require(String uri) {
    if (!hasForm(uri)) {
      throw refusal();
    }
    return uri;
  }

  static IllegalArgumentException refusal() {
    return new IllegalArgumentException(
        "the Redis URI cannot be read; it must look like redis://host:port or"
            + " rediss://user:password@host:port, with '%2F' for '/' in a password (not shown: it"
            + " may hold a password)");
  }

  private static boolean hasForm(String uri) {
    try {
      URI parsed = new URI(uri);
      String authority = parsed.getRawAuthority();
      return parsed.getScheme() != null
          && SCHEMES.contains(parsed.getScheme())
          && authority != null
          && PLACES.matcher(authority.substring(authority.lastIndexOf('@') + 1)).matches()
          && uri.lastIndexOf('@') <= uri.indexOf(authority) + authority.lastIndexOf('@');
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
