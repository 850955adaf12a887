package io.sluice.cli.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cli.TestingCommands;
import io.sluice.cli.about.PipelineNames;
import io.sluice.cli.command.SluiceCommand;
import io.sluice.cli.platform.Cluster;
import io.sluice.cli.platform.Endpoints;
import io.sluice.cli.platform.LocalPlatform;
import io.sluice.cli.platform.Platform;
import io.sluice.cli.text.CliContext;
import io.sluice.sandbox.Sandbox;
import io.sluice.sandbox.home.Component;
import io.sluice.sandbox.home.Ports;
import io.sluice.sandbox.home.Progress;
import io.sluice.sandbox.home.SandboxHome;
import io.sluice.sandbox.home.SandboxOptions;
import io.sluice.testkit.tool.ToolCache;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/**
 * What a page of another site gets of the servers in a real browser: nothing. Without a browser the
 * tests are passed over, and fail where {@code CI} is set.
 */
class BrowserDoorsITCase {
  private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> NAMES = List.of("127.0.0.1", "localhost", Browser.REBOUND);
  private static final int ATTEMPTS = 9;
  private static final Duration LONGEST = Duration.ofMinutes(1);

  @TempDir private static Path folder;
  private static Browser browser;
  private static String none;
  private static Sandbox sandbox;
  private static Platform platform;
  private static Endpoints at;
  private static StringWriter printed;
  private static Thread ui;

  /**
   * A server as {@code stranger.js} sees it.
   *
   * @param json what is written instead of a jar; null for a jar
   * @param image null without one
   * @param script null without one; the browser takes JSON for an empty one
   */
  private record Target(
      String base, String read, String write, String json, String image, String script) {}

  @BeforeAll
  static void start() throws Exception {
    try {
      browser = new Browser(BrowserProgram.find(), folder);
    } catch (ToolCache.NoneException e) {
      none = e.getMessage();
      return;
    }
    CliContext context = TestingCommands.context(ROOT);
    Path home = folder.resolve("home");
    sandbox =
        Sandbox.open(
            new SandboxHome(home),
            context.serverFiles(),
            SandboxOptions.standard().withPorts(Ports.anyFree()));
    sandbox.start(Component.REGISTRY);
    sandbox.start(Component.JOBMANAGER);
    platform = new LocalPlatform(context.serverFiles());
    at = platform.servers(home).endpoints().orElseThrow();
    printed = new StringWriter();
    CommandLine command =
        new CommandLine(new SluiceCommand(context, platform), PipelineNames.factory(context))
            .setOut(new PrintWriter(printed, true))
            .setErr(new PrintWriter(printed, true));
    ui = new Thread(() -> command.execute("--home", home.toString(), "ui", "--no-browser"));
    ui.start();
    Awaitility.await().atMost(LONGEST).until(() -> printed.toString().contains("\n"));
  }

  /** Here, as tests that are passed over before all of them are not counted. */
  @BeforeEach
  void needsABrowser() {
    if (browser == null && System.getenv("SLUICE_BROWSER") != null) {
      fail(none);
    }
    assumeTrue(browser != null, none);
  }

  @AfterAll
  static void stop() throws InterruptedException {
    if (ui != null) {
      ui.interrupt();
      ui.join();
    }
    if (sandbox != null) {
      sandbox.down(Progress.silent());
    }
    if (browser != null) {
      browser.close();
    }
  }

  /** The control shows that each attempt succeeds where it is allowed to. */
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", Browser.REBOUND})
  void aPageOfAnotherSiteReadsAndChangesNothing(String name) throws Exception {
    try (StrangersSite site = new StrangersSite()) {
      String open = "http://localhost:%d/open".formatted(site.port());
      Target control = new Target(open, "/", "/write", null, "/image", "/script");
      Browser.Page page = browser.open("http://%s:%d/".formatted(name, site.port()));
      assertThat(succeeded(page, List.of(control)))
          .containsOnly(
              entry("read " + open, "200 open"),
              entry("write " + open, "200 open"),
              entry("change " + open, "200 open"),
              entry("image " + open, "loaded"),
              entry("script " + open, "loaded"),
              entry("socket " + open, "open"));
      assertThat(site.written()).hasSize(3).allMatch(body -> body.contains("evil.jar"));

      assertThat(succeeded(page, targets())).isEmpty();
    }
    assertNothingWritten();
  }

  /** As a page has it whose name led elsewhere when it was loaded. */
  @Test
  void aReboundNameIsRefused() throws Exception {
    URI link = link();
    String base = "http://%s:%d".formatted(Browser.REBOUND, link.getPort());
    Browser.Page page = browser.open(base + link.getPath());
    for (String method : List.of("GET", "POST", "PATCH")) {
      String script = "fetch('%soverview', {method: '%s'}).then(response => response.status)";
      assertThat(page.evaluate(script.formatted(link.getPath(), method)).asInt()).isEqualTo(403);
    }
    assertThat(page.evaluate("document.body.innerText").asText())
        .startsWith("This page is reached as http://" + link.getAuthority());
    assertNothingWritten();
  }

  @Test
  void theLinkThatIsPrintedOpensThePage() throws Exception {
    Browser.Page page = browser.open(link().toString());
    Awaitility.await()
        .atMost(LONGEST)
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(page.evaluate("document.body.innerText").asText())
                    .contains("Running Job List", "Available Task Slots"));
  }

  private static void assertNothingWritten() throws IOException, InterruptedException {
    assertThat(JSON.readTree(flink("/jars")).path("files")).isEmpty();
    HttpRequest subjects = HttpRequest.newBuilder(URI.create(at.registry() + "/subjects")).build();
    assertThat(HttpClient.newHttpClient().send(subjects, BodyHandlers.ofString()).body())
        .isEqualTo("[]");
  }

  /** What each attempt got that got something. */
  private static Map<String, String> succeeded(Browser.Page page, List<Target> targets)
      throws IOException, InterruptedException {
    JsonNode found = page.evaluate("tried(%s)".formatted(JSON.writeValueAsString(targets)));
    Map<String, String> all = JSON.convertValue(found, new TypeReference<>() {});
    assertThat(all).hasSize(ATTEMPTS * targets.size());
    all.values().removeIf(String::isEmpty);
    return all;
  }

  private static List<Target> targets() throws IOException, InterruptedException {
    String image = "/assets/images/flink.svg";
    Matcher script = Pattern.compile("src=\"(main\\.[^\"]+\\.js)\"").matcher(flink("/index.html"));
    assertThat(script.find()).isTrue();
    assertThat(flink(image)).contains("svg");
    URI registry = URI.create(at.registry());
    List<Target> targets = new ArrayList<>();
    for (String name : NAMES) {
      String flink = "://%s:%d".formatted(name, sandbox.ports().flink());
      String door = "http://%s:%d".formatted(name, link().getPort());
      for (String base : List.of("http" + flink, "https" + flink, door, door + "/" + token())) {
        targets.add(
            new Target(base, "/overview", "/jars/upload", null, image, "/" + script.group(1)));
      }
      String schemas = "http://%s:%d%s".formatted(name, registry.getPort(), registry.getPath());
      String json = "{\"schema\": \"\\\"string\\\"\"}";
      targets.add(new Target(schemas, "/subjects", "/subjects/evil/versions", json, null, null));
    }
    return targets;
  }

  private static String flink(String target) throws IOException, InterruptedException {
    try (Cluster.Page page = platform.cluster(at).page(target)) {
      assertThat(page.status()).as(target).isEqualTo(200);
      return new String(page.body().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static URI link() {
    return URI.create(printed.toString().lines().findFirst().orElseThrow());
  }

  private static String token() {
    return link().getPath().replace("/", "");
  }
}
