package io.sluice.cli.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A Chromium without a window and without a profile, asked by its DevTools. It believes every
 * certificate, and knows one name more, {@value #REBOUND}, which is this machine.
 */
final class Browser implements AutoCloseable {
  static final String REBOUND = "rebound.example";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern TOOLS = Pattern.compile("listening on ws://([0-9.:]+)/");
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process process;
  private final String tools;

  /**
   * @param folder an empty one, for its profile and its log
   */
  Browser(Path program, Path folder) throws IOException {
    Path log = folder.resolve("browser.log");
    process =
        new ProcessBuilder(
                program.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--ignore-certificate-errors",
                "--remote-debugging-port=0",
                "--host-resolver-rules=MAP " + REBOUND + " 127.0.0.1",
                "--user-data-dir=" + Files.createDirectory(folder.resolve("profile")),
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    tools =
        Awaitility.await("the browser's DevTools")
            .atMost(LONGEST)
            .until(() -> place(Files.readString(log)), place -> place != null);
  }

  private String place(String log) {
    Matcher place = TOOLS.matcher(log);
    if (!place.find()) {
      assertThat(process.isAlive()).as(log).isTrue();
      return null;
    }
    return place.group(1);
  }

  /** Opens a page in a tab of its own, and returns when it is loaded. */
  Page open(String url) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://%s/json/new?%s"
                        .formatted(tools, URLEncoder.encode(url, StandardCharsets.UTF_8))))
            .PUT(HttpRequest.BodyPublishers.noBody())
            .build();
    JsonNode tab = JSON.readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    Page page = new Page();
    page.socket =
        http.newWebSocketBuilder()
            .buildAsync(URI.create(tab.path("webSocketDebuggerUrl").asText()), page)
            .join();
    Awaitility.await(url)
        .atMost(LONGEST)
        .ignoreExceptions()
        .until(
            () -> page.evaluate("document.readyState + ' ' + location.href").asText(),
            where -> where.startsWith("complete " + url));
    return page;
  }

  @Override
  public void close() throws InterruptedException {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(one -> one.onExit().join());
  }

  /** A tab. */
  static final class Page implements WebSocket.Listener {
    private final StringBuilder part = new StringBuilder();
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private WebSocket socket;

    /**
     * Runs a script as the page's own would run.
     *
     * @return what it returns or promises
     */
    JsonNode evaluate(String script) throws IOException, InterruptedException {
      ObjectNode call = JSON.createObjectNode().put("id", 1).put("method", "Runtime.evaluate");
      call.putObject("params")
          .put("expression", script)
          .put("awaitPromise", true)
          .put("returnByValue", true);
      socket.sendText(call.toString(), true).join();
      String answer = answers.poll(LONGEST.toSeconds(), TimeUnit.SECONDS);
      assertThat(answer).as(script).isNotNull();
      JsonNode result = JSON.readTree(answer).path("result");
      assertThat(result.has("result") && !result.has("exceptionDetails")).as(answer).isTrue();
      return result.path("result").path("value");
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
      part.append(text);
      if (last) {
        answers.add(part.toString());
        part.setLength(0);
      }
      from.request(1);
      return null;
    }
  }
}
