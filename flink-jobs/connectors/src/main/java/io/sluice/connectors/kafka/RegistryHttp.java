package io.sluice.connectors.kafka;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * HTTP calls to the schema registry: no redirects, timeouts, a cap on the answer's size, and
 * retries with growing pauses while the registry is away or answers 5xx or 429.
 *
 * <p>By {@link HttpURLConnection}, because the HTTP client of Java 17 has a thread and cannot be
 * closed: it would outlive the job and keep its classes in memory.
 */
final class RegistryHttp implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int CONNECT_TIMEOUT_MS = 3_000;
  private static final int READ_TIMEOUT_MS = 5_000;
  private static final int MAX_ANSWER_BYTES = 4 << 20;
  private static final long FIRST_PAUSE_MS = 100;
  private static final long MAX_PAUSE_MS = 3_000;
  private static final String FORM =
      "must look like http://HOST:PORT/PATH or https://HOST:PORT/PATH, without user and password, which are not supported (not shown: it may hold one)";
  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";

  private final String baseUrl;
  private final Duration retryFor;

  RegistryHttp(String baseUrl, Duration retryFor) {
    requireForm(baseUrl);
    this.baseUrl = baseUrl.endsWith("/") ? baseUrl.substring(0, baseUrl.length() - 1) : baseUrl;
    this.retryFor = retryFor;
  }

  /**
   * The URL stands in the job's graph and in messages. Nothing is sent of a user or password in it,
   * so that one there is a mistake, and no message shows it.
   */
  private static void requireForm(String url) {
    URI parsed;
    try {
      parsed = new URI(url);
    } catch (URISyntaxException e) {
      // The cause would show the URL.
      throw new IllegalArgumentException("the schema registry's URL " + FORM);
    }
    String scheme = parsed.getScheme();
    boolean http = "http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme);
    if (!http || parsed.getHost() == null || url.indexOf('@') >= 0) {
      throw new IllegalArgumentException("the schema registry's URL " + FORM);
    }
    if (parsed.getRawQuery() != null || parsed.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "the schema registry's URL must end with its path: parameters would stand in the job's graph (not shown: they may hold a password)");
    }
  }

  String baseUrl() {
    return baseUrl;
  }

  /** An answer below 500; the body is never null. */
  record Reply(int status, String body) {
    String excerpt() {
      return body.length() <= 300 ? body : body.substring(0, 300) + "...";
    }
  }

  /** An answer that is larger than is read; asked again, it would be so again. */
  static final class LargeAnswerException extends IOException {
    private static final long serialVersionUID = 1L;

    LargeAnswerException() {
      super("the answer has more than " + MAX_ANSWER_BYTES + " bytes");
    }
  }

  Reply call(String method, String path, String body) throws IOException {
    long deadline = System.nanoTime() + retryFor.toNanos();
    long pause = FIRST_PAUSE_MS;
    while (true) {
      String problem;
      IOException cause = null;
      try {
        Reply reply = once(method, path, body);
        if (reply.status() < 500 && reply.status() != 429) {
          return reply;
        }
        problem = "it answered " + reply.status() + ": " + reply.excerpt();
      } catch (LargeAnswerException e) {
        throw e;
      } catch (IOException e) {
        problem = e.toString();
        cause = e;
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted while calling the schema registry");
      }
      if (System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pause) > deadline) {
        throw new IOException(
            method
                + " "
                + path
                + ": the schema registry at "
                + baseUrl()
                + " gave no usable answer for "
                + retryFor.toSeconds()
                + " s, last: "
                + problem,
            cause);
      }
      await(pause);
      pause = Math.min(2 * pause, MAX_PAUSE_MS);
    }
  }

  private Reply once(String method, String path, String body) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(baseUrl + path).toURL().openConnection();
    connection.setRequestMethod(method);
    connection.setInstanceFollowRedirects(false);
    connection.setConnectTimeout(CONNECT_TIMEOUT_MS);
    connection.setReadTimeout(READ_TIMEOUT_MS);
    connection.setRequestProperty("Accept", CONTENT_TYPE + ", application/json");
    if (body != null) {
      connection.setRequestProperty("Content-Type", CONTENT_TYPE);
      connection.setDoOutput(true);
      try (OutputStream out = connection.getOutputStream()) {
        out.write(body.getBytes(StandardCharsets.UTF_8));
      }
    }
    int status = connection.getResponseCode();
    InputStream stream = status >= 400 ? connection.getErrorStream() : connection.getInputStream();
    if (stream == null) {
      return new Reply(status, "");
    }
    try (stream) {
      byte[] answer = stream.readNBytes(MAX_ANSWER_BYTES + 1);
      if (answer.length > MAX_ANSWER_BYTES) {
        throw new LargeAnswerException();
      }
      return new Reply(status, new String(answer, StandardCharsets.UTF_8));
    }
  }

  private static void await(long millis) throws InterruptedIOException {
    try {
      boolean never = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
      assert !never;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted =
          new InterruptedIOException("interrupted while waiting for the schema registry");
      interrupted.initCause(e);
      throw interrupted;
    }
  }
}
