package io.sluice.cli.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.sluice.cli.platform.Endpoints;
import io.sluice.cli.platform.LocalPlatform;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a browser, and whoever pretends to be one, gets of the web UI. */
class UiServerTest {
  private final List<String> reached = new CopyOnWriteArrayList<>();
  private HttpServer flink;
  private UiServer ui;
  private URI url;

  @BeforeEach
  void start() throws IOException {
    flink = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    flink.createContext(
        "/",
        exchange -> {
          reached.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.getResponseHeaders().set("Access-Control-Allow-Origin", "*");
          byte[] body = "{\"slots\": 2}".getBytes(StandardCharsets.US_ASCII);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    flink.start();
    String at = "http://127.0.0.1:" + flink.getAddress().getPort();
    Path none = Path.of("");
    ui =
        new UiServer(
            new LocalPlatform(none)
                .cluster(new Endpoints("", "", "", "", at, "", Optional.empty(), none)),
            0);
    url = URI.create(ui.url());
  }

  @AfterEach
  void stop() {
    ui.close();
    flink.stop(0);
  }

  @Test
  void whoKnowsTheLinkSeesThePage() throws IOException {
    String answer = ask("GET", url.getPath() + "overview?x=%20", "Host: " + place());
    assertThat(answer)
        .startsWith("HTTP/1.1 200")
        .contains("{\"slots\": 2}", "application/json", "Referrer-policy: no-referrer")
        .doesNotContainIgnoringCase("access-control-allow-origin")
        .doesNotContainIgnoringCase("set-cookie");
    assertThat(reached).containsExactly("GET /overview?x=%20");
  }

  @Test
  void linksAreNewEachTime() throws IOException {
    try (UiServer other =
        new UiServer(
            new LocalPlatform(Path.of(""))
                .cluster(
                    new Endpoints("", "", "", "", "http://x", "", Optional.empty(), Path.of(""))),
            0)) {
      assertThat(URI.create(other.url()).getPath()).isNotEqualTo(url.getPath()).hasSize(34);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: evil.example",
        "Host: evil.example:%d",
        "Host: localhost:%d",
        "Host: 127.0.0.1",
        "Host: 127.0.0.1:%d\r\nOrigin: http://evil.example",
        "Host: 127.0.0.1:%d\r\nOrigin: null",
        "Host: 127.0.0.1:%d\r\nOrigin: http://127.0.0.1:1",
        "Host: 127.0.0.1:%d\r\nOrigin: https://127.0.0.1:%1$d",
      })
  void pagesOfOtherSitesAndOtherNamesGetNothing(String headers) throws IOException {
    String answer = ask("GET", url.getPath() + "overview", headers.formatted(url.getPort()));
    assertThat(answer).startsWith("HTTP/1.1 403").doesNotContain("slots");
    assertThat(reached).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/overview", "/x/overview", "/%2e%2e/overview", "/jars"})
  void whoDoesNotKnowTheLinkGetsNothing(String path) throws IOException {
    assertThat(ask("GET", path, "Host: " + place())).startsWith("HTTP/1.1 403");
    String cut = url.getPath().substring(0, url.getPath().length() - 2) + "/overview";
    assertThat(ask("GET", cut, "Host: " + place())).startsWith("HTTP/1.1 403");
    assertThat(reached).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE"})
  void nothingIsChanged(String method) throws IOException {
    assertThat(ask(method, url.getPath() + "jobs/1", "Host: " + place()))
        .startsWith("HTTP/1.1 405");
    assertThat(reached).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jars",
        "jars/x.jar/plan",
        "v1/jars/x.jar/plan",
        "v2/%6Aars",
        "/jars/x.jar/plan",
        "%6aars/x.jar/plan",
        "%2Fjars/x/plan",
        "jobs/1/yarn-cancel",
        "jobs/1/yarn%2Dstop",
      })
  void noJarRunsAndNoJobEnds(String path) throws IOException {
    assertThat(ask("GET", url.getPath() + path, "Host: " + place())).startsWith("HTTP/1.1 403");
    assertThat(reached).isEmpty();
  }

  private String place() {
    return url.getAuthority();
  }

  /** By hand: clients of Java set these headers themselves. */
  private String ask(String method, String path, String headers) throws IOException {
    try (Socket socket = new Socket(url.getHost(), url.getPort())) {
      socket
          .getOutputStream()
          .write(
              "%s %s HTTP/1.1\r\n%s\r\nConnection: close\r\n\r\n"
                  .formatted(method, path, headers)
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
