package io.sluice.cli;

import io.sluice.cli.text.CliContext;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The commands over systems in memory and a pipeline that the repository does not ship. */
abstract class CommandRun {
  @TempDir Path folder;
  final TestingPlatform platform = new TestingPlatform();
  final StringWriter out = new StringWriter();
  final StringWriter err = new StringWriter();
  Path my;
  String pipeline;

  @BeforeEach
  void writeDefinitions() throws IOException {
    my = TestingCommands.writeDefinitions(folder);
    pipeline = my.resolve("pipeline.yaml").toString();
  }

  int run(String... arguments) {
    String[] all = new String[arguments.length + 2];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = "--home";
    all[arguments.length + 1] = folder.resolve("home").toString();
    return execute(TestingCommands.context(folder), all);
  }

  int execute(CliContext context, String... arguments) {
    return Main.commandLine(context, platform, log -> {})
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
