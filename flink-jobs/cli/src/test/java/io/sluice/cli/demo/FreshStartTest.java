package io.sluice.cli.demo;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.text.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreshStartTest {
  @TempDir private Path home;
  private FreshStart fresh;

  @BeforeEach
  void makeFresh() {
    fresh = new FreshStart(home, home.resolve("lake").toString());
  }

  @Test
  void anEmptyHomeIsFine() {
    assertThatCode(fresh::check).doesNotThrowAnyException();
  }

  @Test
  void tablesOfAnotherPipelineAreLeftAlone() throws IOException {
    Files.createDirectories(home.resolve("lake/silver/trips"));
    assertThatCode(fresh::check).doesNotThrowAnyException();
  }

  @Test
  void tablesThatNoDemoMadeAreRefused() throws IOException {
    Files.createDirectories(home.resolve("lake/silver/trades"));
    assertThatThrownBy(fresh::check)
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("silver/trades")
        .hasMessageContaining("--home");
  }

  @Test
  void tablesOfADemoAreFine() throws IOException {
    Files.createDirectories(home.resolve("lake/silver/trades"));
    Files.createFile(home.resolve("demo"));
    assertThatCode(fresh::check).doesNotThrowAnyException();
  }
}
