package io.sluice.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cli.demo.measure.Names;
import io.sluice.cli.platform.Cluster;
import io.sluice.cli.submit.Submitted;
import io.sluice.cli.ui.BrowserProgram;
import io.sluice.cli.ui.Playwright;
import io.sluice.sandbox.secrets.FlinkKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What operators do in Flink's web UI, by the script of {@code k8s/webui} in a real browser: they
 * look, upload a jar, start it from a savepoint and cancel it. The job that they start goes on
 * where the savepoint was taken.
 */
class WebUiWalkITCase {
  private static final int PARALLELISM = 2;
  private static final int LONGEST_MINUTES = 6;

  @TempDir private static Path folder;

  @Test
  @Tag("faults")
  void aJobThatIsStartedFromASavepointInTheWebUiGoesOnThere() throws Exception {
    Path pictures = Files.createDirectories(folder.resolve("pictures"));
    try (FaultStack stack = FaultStack.start(folder.resolve("home"));
        FaultRun run = FaultRun.begin(stack, 30)) {
      Map<String, String> environment = environment(stack, pictures);
      run.reachTheMiddle();
      JsonNode seen = walk(environment, "look");
      assertThat(seen.path("job").asText()).isEqualTo(run.job());
      assertThat(seen.path("completed").asInt()).isPositive();
      assertThat(seen.path("status").asText()).isIn("OK", "LOW", "HIGH");

      String savepoint = stack.cluster().stop(run.job(), stack.savepoints(), false);
      run.change(
          () ->
              assertThat(walk(environment, "start", savepoint).path("restoredFrom").asText())
                  .isEqualTo("file:" + savepoint));
      run.requireExactlyOnce();

      assertThat(walk(environment, "cancel").path("job").asText()).isEqualTo(run.job());
      assertThat(stack.cluster().jobs()).noneMatch(Cluster.Job::active);
      assertThat(pictures)
          .isDirectoryContaining("glob:**/restored.png")
          .isDirectoryContaining("glob:**/canceled.png");
    }
  }

  private static Map<String, String> environment(FaultStack stack, Path pictures) throws Exception {
    Submitted submitted = stack.submitted();
    Map<String, String> flink =
        FlinkKey.read(stack.sandbox().home().secrets()).orElseThrow().flinkSettings();
    List<String> arguments =
        List.of(
            "--pipeline", submitted.pipeline().toString(),
            "--definitions", submitted.definitions().toString(),
            "--parallelism", Integer.toString(PARALLELISM));
    return Map.ofEntries(
        Map.entry("WALK_URL", stack.sandbox().endpoints().flinkUrl()),
        Map.entry("WALK_KEY", flink.get("security.ssl.rest.keystore")),
        Map.entry("WALK_KEY_PASSWORD", flink.get("security.ssl.rest.keystore-password")),
        Map.entry("WALK_PICTURES", pictures.toString()),
        Map.entry("WALK_PLAYWRIGHT", Playwright.find().toString()),
        Map.entry("WALK_BROWSER", BrowserProgram.find().toString()),
        Map.entry("WALK_JOB", Names.PIPELINE),
        Map.entry("WALK_JAR", stack.jobJar().toString()),
        Map.entry("WALK_PARALLELISM", Integer.toString(PARALLELISM)),
        Map.entry("WALK_ARGUMENTS", new ObjectMapper().writeValueAsString(arguments)));
  }

  private static JsonNode walk(Map<String, String> environment, String... step)
      throws IOException, InterruptedException {
    Path script = FaultStack.root().resolve("k8s/webui/walk.mjs");
    ProcessBuilder builder =
        new ProcessBuilder(
            Stream.concat(Stream.of("node", script.toString()), Stream.of(step)).toList());
    builder.environment().putAll(environment);
    Path errors = folder.resolve("errors.txt");
    Process node = builder.redirectError(errors.toFile()).start();
    String output = new String(node.getInputStream().readAllBytes());
    assertThat(node.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)).isTrue();
    assertThat(node.exitValue()).as(() -> read(errors)).isZero();
    return new ObjectMapper().readTree(output);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
