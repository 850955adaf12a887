package io.sluice.testkit;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** S3 requests with an AWS signature of version 4, so that nothing of a library is in between. */
public final class SignedRequests {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final String SIGNED = "host;x-amz-content-sha256;x-amz-date";
  private static final String UNSIGNED_BODY = "UNSIGNED-PAYLOAD";

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI endpoint;
  private final String accessKey;
  private final String secretKey;

  public SignedRequests(URI endpoint, String accessKey, String secretKey) {
    this.endpoint = endpoint;
    this.accessKey = accessKey;
    this.secretKey = secretKey;
  }

  public HttpResponse<String> get(String key, String... headers) throws Exception {
    return send("GET", key, Map.of(), BodyPublishers.noBody(), headers);
  }

  public HttpResponse<String> put(String key, String content, String... headers) throws Exception {
    return send("PUT", key, Map.of(), BodyPublishers.ofString(content), headers);
  }

  public HttpResponse<String> delete(String key) throws Exception {
    return send("DELETE", key, Map.of(), BodyPublishers.noBody());
  }

  /** The keys and common prefixes of a list, in its order. */
  public String list(String bucket, String... query) throws Exception {
    Map<String, String> all = new TreeMap<>(Map.of("list-type", "2"));
    for (int i = 0; i < query.length; i += 2) {
      all.put(query[i], query[i + 1]);
    }
    return send("GET", bucket, all, BodyPublishers.noBody()).body();
  }

  /**
   * @param key bucket and key, not encoded
   * @param headers names and values
   */
  public HttpResponse<String> send(
      String method, String key, Map<String, String> query, BodyPublisher body, String... headers)
      throws Exception {
    return send(request(method, key, query, body, headers).build());
  }

  public HttpResponse<String> send(HttpRequest request) throws Exception {
    return client.send(request, BodyHandlers.ofString());
  }

  public HttpRequest.Builder request(
      String method, String key, Map<String, String> query, BodyPublisher body, String... headers)
      throws GeneralSecurityException, IOException {
    String path = "/" + encoded(key).replace("%2F", "/");
    String parameters =
        new TreeMap<>(query)
            .entrySet().stream()
                .map(entry -> encoded(entry.getKey()) + "=" + encoded(entry.getValue()))
                .collect(Collectors.joining("&"));
    String time = TIME.format(Instant.now());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(endpoint + path + (parameters.isEmpty() ? "" : "?" + parameters)))
            .timeout(Duration.ofSeconds(30))
            .method(method, body)
            .header("Content-Type", "application/octet-stream")
            .header("x-amz-date", time)
            .header("x-amz-content-sha256", UNSIGNED_BODY)
            .header("Authorization", authorization(method, path, parameters, time));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return request;
  }

  private String authorization(String method, String path, String parameters, String time)
      throws GeneralSecurityException {
    String canonical =
        String.join(
            "\n",
            method,
            path,
            parameters,
            "host:" + endpoint.getAuthority(),
            "x-amz-content-sha256:" + UNSIGNED_BODY,
            "x-amz-date:" + time,
            "",
            SIGNED,
            UNSIGNED_BODY);
    String day = time.substring(0, 8);
    String scope = day + "/us-east-1/s3/aws4_request";
    String digest = hex(MessageDigest.getInstance("SHA-256").digest(bytes(canonical)));
    byte[] key = bytes("AWS4" + secretKey);
    for (String part : scope.split("/")) {
      key = hmac(key, part);
    }
    String text = String.join("\n", "AWS4-HMAC-SHA256", time, scope, digest);
    return "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s"
        .formatted(accessKey, scope, SIGNED, hex(hmac(key, text)));
  }

  private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(bytes(text));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }
}
