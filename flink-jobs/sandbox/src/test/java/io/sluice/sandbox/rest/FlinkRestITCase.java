package io.sluice.sandbox.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.sandbox.Component;
import io.sluice.sandbox.Ports;
import io.sluice.sandbox.Progress;
import io.sluice.sandbox.Sandbox;
import io.sluice.sandbox.SandboxHome;
import io.sluice.sandbox.SandboxOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlinkRestITCase {

  private static final String MAIN = EndlessJob.class.getName();

  @TempDir Path folder;

  @Test
  void runsStopsRestoresAndCancelsAJob() throws Exception {
    SandboxHome home = new SandboxHome(folder.resolve("home"));
    Sandbox sandbox =
        Sandbox.open(home, Path.of("dist"), SandboxOptions.standard().withPorts(Ports.anyFree()));
    try {
      sandbox.start(Component.JOBMANAGER);
      sandbox.start(Component.TASKMANAGER);
      FlinkRest flink = new FlinkRest(sandbox.endpoints().flinkUrl());
      assertThat(flink.overview().freeSlots()).isEqualTo(2);

      String jar = flink.uploadJar(jar());
      assertThatThrownBy(() -> flink.runJar(jar, MAIN, List.of(), Optional.empty(), false))
          .isInstanceOf(FlinkRestException.class)
          .hasMessageContaining("IllegalArgumentException: one argument is wanted: the job's name");
      assertThatThrownBy(() -> flink.job("0".repeat(32)))
          .isInstanceOf(FlinkRestException.class)
          .hasMessageContaining("Could not find Flink job (00000000000000000000000000000000)");

      String first = flink.runJar(jar, MAIN, List.of("endless"), Optional.empty(), false);
      awaitCheckpoint(flink, first);
      FlinkVertex map = flink.job(first).vertices().get(1);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  flink
                          .metrics(first, map.id(), List.of("numRecordsIn"))
                          .getOrDefault("numRecordsIn", 0.0)
                      > 0);
      assertThat(flink.metricNames(first, map.id())).contains("numRecordsIn");
      assertThat(flink.savepoint(first, home.savepoints(), false)).startsWith("file:");

      // The job manager comes back, and so does the job.
      sandbox.kill(Component.JOBMANAGER);
      sandbox.start(Component.JOBMANAGER);
      awaitCheckpoint(flink, first);

      String savepoint = flink.stopWithSavepoint(first, home.savepoints(), false);
      await().atMost(Duration.ofSeconds(30)).until(() -> flink.job(first).job().hasEnded());
      String second = flink.runJar(jar, MAIN, List.of("endless"), Optional.of(savepoint), false);
      awaitCheckpoint(flink, second);
      assertThat(flink.exceptions(second)).isEmpty();
      assertThat(flink.jobs())
          .filteredOn(job -> job.id().equals(second))
          .singleElement()
          .satisfies(job -> assertThat(job.name()).isEqualTo("endless"));
      flink.cancel(second);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> flink.job(second).job().state().equals("CANCELED"));
      flink.deleteJar(jar);
    } finally {
      sandbox.down(Progress.silent());
    }
  }

  private static void awaitCheckpoint(FlinkRest flink, String job) {
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptionsInstanceOf(FlinkRestException.class)
        .until(
            () -> flink.job(job).isFullyRunning() && flink.checkpoints(job).latest().isPresent());
  }

  private Path jar() throws IOException {
    Path jar = folder.resolve("job.jar");
    String entry = MAIN.replace('.', '/') + ".class";
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        InputStream code = EndlessJob.class.getClassLoader().getResourceAsStream(entry)) {
      out.putNextEntry(new JarEntry(entry));
      code.transferTo(out);
    }
    return jar;
  }
}
