package io.sluice.cli.ui;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A request that a browser sent, as far as it decides whether it is passed on.
 *
 * @param method such as {@code GET}
 * @param target path and query, as they came
 * @param host the header {@code Host}; null without one
 * @param origin the header {@code Origin}; null without one
 */
record UiRequest(String method, URI target, String host, String origin) {

  /**
   * A segment that leads to jars, behind a version of the API or not: a plan of one runs its main
   * method, even by GET.
   */
  private static final String JARS = "jars";

  /** GETs that end a job. */
  private static final List<String> ENDING = List.of("yarn-cancel", "yarn-stop");

  /**
   * Why a request is not passed on.
   *
   * @param status of HTTP
   */
  record Refusal(int status, String sentence) {}

  /**
   * @param place where this server is reached, {@code host:port}
   * @param token the secret first segment of every path
   */
  Optional<Refusal> refusal(String place, String token) {
    if (!place.equals(host)) {
      return refused(
          403, "This page is reached as http://%s only, not by another name.".formatted(place));
    }
    if (origin != null && !origin.equals("http://" + place)) {
      return refused(403, "Pages of other sites may not use this one.");
    }
    if (!bears(token)) {
      return refused(403, "This link is not valid any more: 'sluice ui' prints the one that is.");
    }
    if (!method.equals("GET")) {
      return refused(
          405,
          "This page shows and changes nothing: use 'sluice submit', 'sluice stop' and 'sluice savepoint'.");
    }
    List<String> path = segments();
    if (path.contains(JARS) || path.stream().anyMatch(ENDING::contains)) {
      return refused(
          403, "This page runs no jars and ends no jobs: use 'sluice submit' and 'sluice stop'.");
    }
    return Optional.empty();
  }

  /** Path and query as Flink gets them. */
  String forwarded(String token) {
    String path = target.getRawPath().substring(token.length() + 1);
    return target.getRawQuery() == null ? path : path + "?" + target.getRawQuery();
  }

  private boolean bears(String token) {
    String path = String.valueOf(target.getRawPath());
    byte[] wanted = ("/" + token + "/").getBytes(StandardCharsets.UTF_8);
    byte[] found =
        path.substring(0, Math.min(path.length(), token.length() + 2))
            .getBytes(StandardCharsets.UTF_8);
    return MessageDigest.isEqual(wanted, found);
  }

  /** Behind the token, as Flink decodes them. */
  private List<String> segments() {
    String decoded = URLDecoder.decode(target.getRawPath(), StandardCharsets.UTF_8);
    return Arrays.stream(decoded.split("/")).filter(part -> !part.isEmpty()).skip(1).toList();
  }

  private static Optional<Refusal> refused(int status, String sentence) {
    return Optional.of(new Refusal(status, sentence));
  }
}
