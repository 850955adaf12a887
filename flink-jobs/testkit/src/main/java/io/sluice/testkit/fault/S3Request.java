package io.sluice.testkit.fault;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A request as a rule sees it, in path style.
 *
 * @param method such as {@code PUT}
 * @param key the object's name without its bucket, decoded; empty for a request to a bucket
 * @param parameters the names of the query's parameters
 * @param isConditional whether it carries {@code If-None-Match} or {@code If-Match}
 */
public record S3Request(String method, String key, Set<String> parameters, boolean isConditional) {

  private record Kind(Pattern name, String text) {}

  private static final List<Kind> KINDS =
      List.of(
          new Kind(Pattern.compile("(.*/)?_delta_log/\\d{20}\\.json"), "log entry"),
          new Kind(Pattern.compile("(.*/)?_delta_log/\\d{20}\\.checkpoint\\..*"), "log checkpoint"),
          new Kind(Pattern.compile("(.*/)?_delta_log/_last_checkpoint"), "_last_checkpoint"),
          new Kind(Pattern.compile("(.*/)?_delta_log/.*"), "other of the log"),
          new Kind(Pattern.compile(".*\\.parquet"), "data file"),
          new Kind(Pattern.compile("(.*/)?deletion_vector_.*\\.bin"), "deletion vector"));

  public S3Request {
    parameters = Set.copyOf(parameters);
  }

  static S3Request of(HttpMessage message) {
    String[] line = message.firstLine().split(" ");
    int query = line[1].indexOf('?');
    String path = query < 0 ? line[1] : line[1].substring(0, query);
    int key = path.indexOf('/', 1);
    return new S3Request(
        line[0],
        key < 0
            ? ""
            : URLDecoder.decode(
                path.substring(key + 1).replace("+", "%2B"), StandardCharsets.UTF_8),
        query < 0 ? Set.of() : names(line[1].substring(query + 1)),
        message.header("If-None-Match").isPresent() || message.header("If-Match").isPresent());
  }

  private static Set<String> names(String query) {
    return Stream.of(query.split("&"))
        .map(parameter -> parameter.split("=", 2)[0])
        .collect(Collectors.toSet());
  }

  /**
   * The kind by which requests are counted: what is done, and to what kind of object, such as
   * {@code PUT log entry}, {@code GET data file}, {@code LIST}, {@code PART of data file}.
   */
  public String kind() {
    String done = done();
    return key.isEmpty() ? done : done + " " + ofKey();
  }

  private String done() {
    if (parameters.contains("uploads")) {
      return method.equals("POST") ? "BEGIN of" : "LIST of uploads";
    }
    if (parameters.contains("uploadId")) {
      return switch (method) {
        case "PUT" -> "PART of";
        case "POST" -> "END of";
        case "DELETE" -> "ABORT of";
        default -> "LIST of parts of";
      };
    }
    if (parameters.contains("delete")) {
      return "DELETE of many";
    }
    return key.isEmpty() && method.equals("GET") ? "LIST" : method;
  }

  private String ofKey() {
    return KINDS.stream()
        .filter(kind -> kind.name.matcher(key).matches())
        .map(Kind::text)
        .findFirst()
        .orElse("other");
  }
}
