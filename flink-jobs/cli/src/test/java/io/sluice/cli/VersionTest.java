package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cli.about.Build;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.junit.jupiter.api.Test;

class VersionTest extends CommandRun {
  @Test
  void tellsWhatRuns() {
    assertThat(run("version")).isZero();
    assertThat(out.toString().lines())
        .hasSize(4)
        .satisfiesExactly(
            sluice -> assertThat(sluice).matches("sluice  \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?"),
            commit -> assertThat(commit).matches("commit  ([0-9a-f]{40}.*|unknown)"),
            flink -> assertThat(flink).isEqualTo("flink   " + EnvironmentInformation.getVersion()),
            java -> assertThat(java).isEqualTo("java    " + Runtime.version()));
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void theOptionTellsTheSame() {
    assertThat(run("version")).isZero();
    String command = out.toString();
    out.getBuffer().setLength(0);
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).isEqualTo(command);
  }

  @Test
  void theMachineFormIsAnObject() throws IOException {
    assertThat(run("version", "--json")).isZero();
    JsonNode versions = new ObjectMapper().readTree(out.toString());
    assertThat(versions.fieldNames())
        .toIterable()
        .containsExactly("version", "commit", "changed", "flink", "java");
    Build build = Build.ofThisProgram();
    assertThat(versions.get("version").textValue()).isEqualTo(build.version());
    assertThat(versions.get("commit").textValue()).isEqualTo(build.commit().orElse(null));
    assertThat(versions.get("changed").isBoolean()).isEqualTo(build.changed().isPresent());
    assertThat(versions.get("java").textValue()).isEqualTo(Runtime.version().toString());
  }

  @Test
  void noHomeIsNeeded() throws IOException {
    Path home = Files.createDirectories(folder.resolve("home"));
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThat(run("status")).isEqualTo(1);
    assertThat(err.toString()).contains("Any user may write to the home");
    for (List<String> command : List.of(List.of("version"), List.of("completion", "bash"))) {
      assertThat(run(command.toArray(String[]::new))).isZero();
    }
  }
}
