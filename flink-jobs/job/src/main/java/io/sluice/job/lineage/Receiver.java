package io.sluice.job.lineage;

import java.net.URI;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where events go, by the variables that OpenLineage's own clients read.
 *
 * @param address takes events by POST
 * @param namespace of the jobs
 * @param key sent as a bearer token
 */
record Receiver(URI address, String namespace, Optional<String> key) {
  static final String URL = "OPENLINEAGE_URL";
  static final String ENDPOINT = "OPENLINEAGE_ENDPOINT";
  static final String NAMESPACE = "OPENLINEAGE_NAMESPACE";
  static final String API_KEY = "OPENLINEAGE_API_KEY";
  static final String DISABLED = "OPENLINEAGE_DISABLED";

  private static final Logger LOG = LoggerFactory.getLogger(Receiver.class);

  /**
   * The receiver that the environment names. One that cannot be used is told in the log; the job
   * runs without events then.
   *
   * @param environment gives the value of an environment variable, or null
   * @return empty when no events are wanted
   */
  static Optional<Receiver> of(UnaryOperator<String> environment) {
    Optional<String> url = value(environment, URL);
    if (url.isEmpty() || value(environment, DISABLED).filter("true"::equals).isPresent()) {
      return Optional.empty();
    }
    String endpoint = value(environment, ENDPOINT).orElse("api/v1/lineage");
    Optional<URI> address = address(url.get(), endpoint);
    Optional<String> key = value(environment, API_KEY);
    if (address.isEmpty() || !key.stream().allMatch(Receiver::isHeader)) {
      LOG.warn(
          "No OpenLineage events are sent: {}. The job runs without them.",
          address.isEmpty()
              ? URL
                  + " and "
                  + ENDPOINT
                  + " make no address; write http://host:port or https://host, without user, password or parameters, and put a key into "
                  + API_KEY
              : API_KEY + " has characters that cannot stand in a header");
      return Optional.empty();
    }
    return Optional.of(
        new Receiver(address.get(), value(environment, NAMESPACE).orElse("default"), key));
  }

  private static Optional<String> value(UnaryOperator<String> environment, String name) {
    return Optional.ofNullable(environment.apply(name))
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }

  private static Optional<URI> address(String url, String endpoint) {
    try {
      URI address =
          URI.create(url.replaceFirst("/+$", "") + "/" + endpoint.replaceFirst("^/+", ""));
      boolean web = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
      boolean plain =
          address.getRawUserInfo() == null
              && address.getRawQuery() == null
              && address.getRawFragment() == null;
      return web && plain && address.getHost() != null ? Optional.of(address) : Optional.empty();
    } catch (IllegalArgumentException notAnAddress) {
      return Optional.empty();
    }
  }

  private static boolean isHeader(String key) {
    return key.chars().allMatch(character -> character > ' ' && character < 127);
  }

  /** Without the key. */
  @Override
  public String toString() {
    return address.toString();
  }
}
