package io.sluice.cli.command;

import io.sluice.cli.about.PipelineNames;
import io.sluice.cli.platform.Cluster;
import io.sluice.cli.platform.Endpoints;
import io.sluice.cli.text.CommandFailure;
import io.sluice.cli.text.Output;
import io.sluice.cli.ui.UiServer;
import io.sluice.sandbox.secrets.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Shows Flink's web UI until Ctrl-C. */
@Command(
    name = "ui",
    header = "Show Flink's web UI in a browser, until Ctrl-C.",
    description = {
      "Prints the link, and opens it where a browser can be started. Whoever knows the link can use",
      "it: it holds a secret that is new each time. The page shows jobs, logs and metrics and changes",
      "nothing."
    },
    footer = {"", "Example:", "  ./sluice ui market-risk"})
public final class UiCommand implements Callable<Integer> {

  /** Programs are asked for in the environment that a browser needs; it says what went wrong. */
  private static final String OPEN =
      "if [ -n \"${DISPLAY:-}${WAYLAND_DISPLAY:-}\" ] && command -v xdg-open >/dev/null; then exec xdg-open \"$1\"; fi";

  @ParentCommand private SluiceCommand sluice;
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "PIPELINE",
      completionCandidates = PipelineNames.class,
      description = "The page of this pipeline's job instead of the overview.")
  private String pipeline;

  @Option(names = "--no-browser", description = "Print the link only.")
  private boolean printOnly;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Output output = new Output(spec, sluice.context());
    Endpoints endpoints = sluice.endpoints();
    Cluster cluster = sluice.platform().cluster(endpoints);
    String page = pipeline == null ? "" : "#/job/running/" + job(cluster) + "/overview";
    try (UiServer server = new UiServer(cluster, 0)) {
      String url = server.url() + page;
      output.line(url);
      Path link = printOnly ? null : open(endpoints.secrets(), url);
      output.remark("Ctrl-C ends it.");
      try {
        new CountDownLatch(1).await();
      } finally {
        if (link != null) {
          Files.deleteIfExists(link);
        }
      }
    }
    return 0;
  }

  private String job(Cluster cluster) throws IOException, InterruptedException {
    return cluster.jobs().stream()
        .filter(job -> job.name().equals(pipeline))
        .max(Comparator.comparing(Cluster.Job::started))
        .map(Cluster.Job::id)
        .orElseThrow(
            () ->
                new CommandFailure(
                    "The cluster knows no job of '%s': 'sluice list' shows the pipelines."
                        .formatted(pipeline)));
  }

  /**
   * Opens the link by a file that only this user can read: the arguments of a browser are seen by
   * everybody.
   */
  private static Path open(Path secrets, String url) throws IOException {
    PrivateFiles.folder(secrets);
    Path link = secrets.resolve("ui-" + ProcessHandle.current().pid() + ".html");
    link.toFile().deleteOnExit();
    PrivateFiles.write(
        link,
        """
        <!doctype html>
        <meta charset="utf-8">
        <meta name="referrer" content="no-referrer">
        <meta http-equiv="refresh" content="0; url=%1$s">
        <a href="%1$s">Flink's web UI</a>
        """
            .formatted(url));
    new ProcessBuilder(List.of("sh", "-c", OPEN, "sluice-ui", link.toString()))
        .redirectInput(new java.io.File("/dev/null"))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
    return link;
  }
}
