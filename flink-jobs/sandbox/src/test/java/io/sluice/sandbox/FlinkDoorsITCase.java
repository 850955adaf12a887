package io.sluice.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.sandbox.home.Component;
import io.sluice.sandbox.home.Ports;
import io.sluice.sandbox.home.Progress;
import io.sluice.sandbox.home.SandboxHome;
import io.sluice.sandbox.home.SandboxOptions;
import io.sluice.sandbox.process.Commands;
import io.sluice.sandbox.process.JavaCommand;
import io.sluice.sandbox.secrets.FlinkKey;
import io.sluice.sandbox.server.Probe;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Flink's REST answers to who has the home's key, and to nobody else. */
class FlinkDoorsITCase {

  /** What a page of another site sends when it uploads a jar. */
  private static final String UPLOAD =
      "POST /jars/upload HTTP/1.1\r\nHost: %s\r\nOrigin: http://evil.example\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

  private static final String READ =
      "GET /overview HTTP/1.1\r\nHost: %s\r\nOrigin: http://evil.example\r\nConnection: close\r\n\r\n";

  @TempDir private static Path folder;
  private static Sandbox sandbox;

  @BeforeAll
  static void start() {
    sandbox =
        Sandbox.open(
            new SandboxHome(folder.resolve("home")),
            Path.of("dist/target/servers"),
            SandboxOptions.standard().withPorts(Ports.anyFree()));
    sandbox.start(Component.JOBMANAGER);
  }

  @AfterAll
  static void down() {
    sandbox.down(Progress.silent());
  }

  @Test
  void whoHasTheKeyIsAnsweredAndNoOtherOriginIsAllowed() throws Exception {
    HttpResponse<String> answer = ask(key().context());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
        .hasValue(sandbox.endpoints().flinkUrl());
  }

  @Test
  void withoutTlsThereIsNothingWhateverTheHeaders() throws IOException {
    for (String request : List.of(UPLOAD, READ)) {
      for (String host : List.of("evil.example", "127.0.0.1:" + port(), "localhost")) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
          socket.getOutputStream().write(bytes(request.formatted(host)));
          assertThat(text(socket))
              .doesNotContain("HTTP/1.1 2", "slots", "filename", "evil.example")
              .doesNotContainIgnoringCase("access-control-allow-origin");
        }
      }
    }
  }

  @Test
  void withoutTheKeyThereIsNothingEither() throws Exception {
    SSLContext nobody = context(new KeyManager[0]);
    SSLContext stranger = stranger().context();
    for (SSLContext who : List.of(nobody, stranger)) {
      assertThatThrownBy(() -> ask(who)).isInstanceOf(IOException.class);
    }
    assertThatThrownBy(() -> talk(nobody, port())).isInstanceOf(IOException.class);
  }

  /** A message to this port is deserialised by Java, and so runs code. */
  @Test
  void betweenFlinksProcessesTheKeyIsAskedForToo() throws Exception {
    int rpc = sandbox.ports().flinkRpc();
    SSLContext nobody = context(new KeyManager[0]);
    SSLContext stranger = stranger().context();
    for (SSLContext who : List.of(nobody, stranger)) {
      assertThatThrownBy(() -> talk(who, rpc)).isInstanceOf(IOException.class);
    }
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), rpc)) {
      socket.getOutputStream().write(bytes(READ.formatted("127.0.0.1")));
      assertThat(text(socket)).doesNotContain("HTTP", "pekko", "akka");
    }
  }

  /** What a server does that somebody else started on the port of a Flink that has ended. */
  @Test
  void clientsTalkToNoOtherServer() throws Exception {
    FlinkKey stranger = stranger();
    try (var server =
        stranger
            .context()
            .getServerSocketFactory()
            .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread accepting =
          new Thread(
              () -> {
                try (Socket client = server.accept()) {
                  client.getInputStream().read();
                } catch (IOException refused) {
                  // The client has hung up.
                }
              });
      accepting.start();
      String url = "https://127.0.0.1:" + server.getLocalPort() + "/overview";
      assertThat(Probe.get(url, Optional.of(key().context()))).isEmpty();
      accepting.join();
    }
  }

  private static int port() {
    return sandbox.ports().flink();
  }

  private static FlinkKey key() {
    return FlinkKey.read(sandbox.home().secrets()).orElseThrow();
  }

  /** A key of the same kind that somebody else made. */
  private static FlinkKey stranger() {
    Path file = folder.resolve("stranger-" + System.nanoTime() + ".p12");
    Commands.Result made =
        Commands.tryRun(FlinkKey.keytool(Path.of(JavaCommand.program()), file), Map.of(), "");
    assertThat(made.succeeded()).as(made.output()).isTrue();
    return new FlinkKey(file);
  }

  private static HttpResponse<String> ask(SSLContext context) throws Exception {
    return HttpClient.newBuilder()
        .sslContext(context)
        .build()
        .send(
            HttpRequest.newBuilder(URI.create(sandbox.endpoints().flinkUrl() + "/overview"))
                .header("Origin", "http://evil.example")
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  /** In TLS 1.3 a client hears only behind its handshake that it was refused. */
  private static void talk(SSLContext context, int port) throws IOException {
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
      socket.startHandshake();
      socket.getOutputStream().write(bytes(READ.formatted("127.0.0.1")));
      if (socket.getInputStream().read() >= 0) {
        throw new AssertionError("it was answered");
      }
      throw new IOException("closed");
    }
  }

  /** Trusts every server, and is a client without a certificate. */
  private static SSLContext context(KeyManager[] keys) throws Exception {
    TrustManager everybody =
        new X509TrustManager() {
          @Override
          public void checkClientTrusted(X509Certificate[] chain, String type) {}

          @Override
          public void checkServerTrusted(X509Certificate[] chain, String type) {}

          @Override
          public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
          }
        };
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys, new TrustManager[] {everybody}, new SecureRandom());
    return context;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String text(Socket socket) throws IOException {
    try {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (java.net.SocketException reset) {
      return "";
    }
  }
}
