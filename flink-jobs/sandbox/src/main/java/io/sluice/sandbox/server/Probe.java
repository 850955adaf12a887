package io.sluice.sandbox.server;

import io.sluice.sandbox.home.Endpoints;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;

/** Short questions to servers that may not be there yet. */
public final class Probe {

  private static final int MILLIS = 5_000;

  private Probe() {}

  /** Whether somebody listens on the port. */
  static boolean listens(int port) {
    try (Socket socket = connect(port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  static Socket connect(int port) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setSoTimeout(MILLIS);
      socket.connect(new InetSocketAddress(Endpoints.HOST, port), MILLIS);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** The body of a successful GET; empty for every other answer and for none. */
  public static Optional<String> get(String url) {
    return request(url, "GET", "");
  }

  /** The body of a successful GET of a server that asks for a certificate. */
  public static Optional<String> get(String url, Optional<SSLContext> context) {
    return request(url, "GET", "", context);
  }

  /** The body of a successful request; empty for every other answer and for none. */
  static Optional<String> request(String url, String method, String json) {
    return request(url, method, json, Optional.empty());
  }

  private static Optional<String> request(
      String url, String method, String json, Optional<SSLContext> context) {
    HttpURLConnection connection = null;
    try {
      connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
      if (connection instanceof HttpsURLConnection secured && context.isPresent()) {
        secured.setSSLSocketFactory(context.get().getSocketFactory());
      }
      connection.setConnectTimeout(MILLIS);
      connection.setReadTimeout(MILLIS);
      connection.setRequestMethod(method);
      if (!json.isEmpty()) {
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        try (OutputStream body = connection.getOutputStream()) {
          body.write(json.getBytes(StandardCharsets.UTF_8));
        }
      }
      if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
        return Optional.empty();
      }
      try (InputStream body = connection.getInputStream()) {
        return Optional.of(new String(body.readAllBytes(), StandardCharsets.UTF_8));
      }
    } catch (IOException notYet) {
      return Optional.empty();
    } finally {
      if (connection != null) {
        connection.disconnect();
      }
    }
  }
}
