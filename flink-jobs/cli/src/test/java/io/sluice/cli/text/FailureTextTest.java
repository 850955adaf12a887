package io.sluice.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class FailureTextTest {

  @Test
  void tooLittleMemoryIsOneSentenceWhoeverTellsOfIt() {
    OutOfMemoryError error = new OutOfMemoryError("Java heap space");
    for (Throwable failure :
        List.of(
            error,
            new CommandLine.ExecutionException(
                new CommandLine(CommandSpec.create()),
                "Error while calling command (int show(long)): " + error,
                new InvocationTargetException(error)),
            new CommandFailure(
                "The query failed: Invalid Error: Java heap space",
                new SQLException("Invalid Error: Java heap space")))) {
      assertThat(FailureText.sentence(failure))
          .matches(
              "The memory \\([0-9,]+ MB\\) is not enough: ask for fewer rows, or leave out columns with large values; or give more with SLUICE_JAVA_OPTS=-Xmx2g\\.");
    }
    assertThat(FailureText.sentence(new CommandFailure("No Java heap space.", null)))
        .isEqualTo("No Java heap space.");
  }
}
