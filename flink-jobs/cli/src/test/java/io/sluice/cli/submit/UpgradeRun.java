package io.sluice.cli.submit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.TestingCommands;
import io.sluice.cli.TestingPlatform;
import io.sluice.cli.platform.Broker;
import io.sluice.cli.platform.Endpoints;
import io.sluice.cli.storage.StateFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A running pipeline in memory whose file was edited. */
abstract class UpgradeRun {
  protected static final String EDIT = "# edited\n";

  protected static final Duration WITHIN = Duration.ofMillis(300);

  @TempDir protected Path folder;

  protected final List<String> steps = new ArrayList<>();
  protected TestingCommands commands;
  protected TestingPlatform platform;
  protected boolean interrupted;

  @BeforeEach
  void runThePipeline() throws IOException {
    commands = new TestingCommands(folder);
    platform = commands.platform();
    assertThat(
            commands.run(
                "submit",
                commands.pipeline(),
                "--definitions",
                commands.definitions(),
                "--parallelism",
                "2"))
        .isZero();
    edit();
    platform.calls.clear();
  }

  protected void edit() throws IOException {
    Files.writeString(
        Path.of(commands.pipeline()), Files.readString(Path.of(commands.pipeline())) + EDIT);
  }

  protected Upgrade.Outcome upgrade() throws Exception {
    return upgrade(OptionalInt.empty());
  }

  protected Upgrade.Outcome upgrade(OptionalInt parallelism) throws Exception {
    Path home = folder.resolve("home");
    Endpoints at = platform.servers(home).endpoints().orElseThrow();
    try (Broker broker = platform.broker(at)) {
      return new Upgrade(
              platform,
              at,
              broker,
              new SubmittedPipelines(home),
              new RestorePoints(StateFolders.onDisk(home)),
              Path.of("sluice-job.jar"),
              steps::add,
              () -> interrupted,
              new Upgrade.Waits(new JobStart.Waits(Duration.ZERO, WITHIN), Duration.ofMillis(700)))
          .run(
              new Upgrade.Target(
                  Path.of(commands.pipeline()),
                  Path.of(commands.definitions()),
                  Optional.empty(),
                  parallelism),
              WITHIN);
    }
  }

  protected Submitted stored() throws IOException {
    return new SubmittedPipelines(folder.resolve("home")).find("city").orElseThrow();
  }

  protected String savepoint() {
    return folder.resolve("home/savepoints/city/savepoint-2").toString();
  }
}
