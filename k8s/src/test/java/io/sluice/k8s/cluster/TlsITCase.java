package io.sluice.k8s.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.k8s.Manifests;
import io.sluice.k8s.Overlay;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A JobManager with the settings of {@code prod}, real certificates and real clients: REST and web
 * UI answer to who shows a certificate of the authority, and to nobody else. The chart has the same
 * settings, by {@code HelmKustomizeParityTest}.
 */
class TlsITCase {
  private static final String MOUNTED = "/opt/flink/tls-cert";
  private static final String REQUEST = "GET /overview HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

  @TempDir private static Path folder;
  private static Certificates certificates;
  private static Certificates others;
  private static SessionProcess process;

  @BeforeAll
  static void start() throws Exception {
    Map<String, String> settings =
        new TreeMap<>(Manifests.settings(Overlay.of("prod").deployment()));
    settings.keySet().removeIf(key -> !key.startsWith("security."));
    String password = settings.get("security.ssl.rest.keystore-password");
    certificates = new Certificates(folder.resolve("ours"), password, "job", "operator");
    others = new Certificates(folder.resolve("others"), password, "stranger");
    Path secret = certificates.secret("job");
    settings.replaceAll((key, value) -> value.replace(MOUNTED, secret.toString()));
    String logging =
        Manifests.file("base/market-risk.yaml")
            .at("/spec/logConfiguration")
            .get("log4j-console.properties")
            .asText();
    process = new SessionProcess(folder.resolve("process"), settings, logging);
    process.awaitOutput("Rest endpoint listening at");
  }

  @AfterAll
  static void stop() {
    if (process != null) {
      process.close();
    }
  }

  @Test
  void whoShowsACertificateIsAnswered() throws Exception {
    for (String name : List.of("operator", "job")) {
      HttpResponse<String> answer = ask(certificates.client(name));
      assertThat(answer.statusCode()).isIn(200, 503);
      assertThat(answer.body()).startsWith("{");
    }
  }

  @Test
  void whoShowsNoneOrAnotherAuthoritysIsRefused() throws Exception {
    for (SSLContext client :
        List.of(certificates.nobody(), certificates.client(others, "stranger"))) {
      assertThatThrownBy(() -> ask(client)).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> talk(client, process.restPort())).isInstanceOf(IOException.class);
    }
  }

  @Test
  void withoutTlsThereIsNothing() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), process.restPort())) {
      socket.getOutputStream().write(bytes(REQUEST));
      byte[] answer = new byte[1024];
      int length = Math.max(0, socket.getInputStream().read(answer));
      assertThat(new String(answer, 0, length, StandardCharsets.UTF_8))
          .doesNotContain("HTTP/1.1 2", "slots");
    }
  }

  /** A message to this port is deserialised by Java, and so runs code. */
  @Test
  void betweenFlinksProcessesACertificateIsAskedForToo() throws Exception {
    for (SSLContext client :
        List.of(certificates.nobody(), certificates.client(others, "stranger"))) {
      assertThatThrownBy(() -> talk(client, process.rpcPort())).isInstanceOf(IOException.class);
    }
    try (SSLSocket socket = connect(certificates.client("job"), process.rpcPort())) {
      socket.startHandshake();
      assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
    }
  }

  private static HttpResponse<String> ask(SSLContext context) throws Exception {
    return HttpClient.newBuilder()
        .sslContext(context)
        .build()
        .send(
            HttpRequest.newBuilder(
                    URI.create("https://127.0.0.1:%d/overview".formatted(process.restPort())))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  /** In TLS 1.3 a client hears only behind its handshake that it was refused. */
  private static void talk(SSLContext context, int port) throws IOException {
    try (SSLSocket socket = connect(context, port)) {
      socket.startHandshake();
      socket.getOutputStream().write(bytes(REQUEST));
      if (socket.getInputStream().read() >= 0) {
        throw new AssertionError("it was answered");
      }
      throw new IOException("closed");
    }
  }

  private static SSLSocket connect(SSLContext context, int port) throws IOException {
    return (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
