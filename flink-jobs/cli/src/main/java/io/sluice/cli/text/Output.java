package io.sluice.cli.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** Writes results to standard output and remarks to standard error. */
public final class Output {
  private static final String ERASE_LINE = "\r\u001b[K";

  private final PrintWriter out;
  private final TerminalWriter err;
  private final boolean terminal;

  public Output(CommandSpec spec, CliContext context) {
    this(spec, context.terminal());
  }

  /** For a command that makes no remarks while others draw progress. */
  public Output(CommandSpec spec) {
    this(spec, false);
  }

  private Output(CommandSpec spec, boolean terminal) {
    this.out = TerminalWriter.of(spec.commandLine().getOut());
    this.err = TerminalWriter.of(spec.commandLine().getErr());
    this.terminal = terminal;
  }

  /** A line of the result. */
  public void line(String text) {
    out.println(text);
    out.flush();
  }

  /** A remark beside the result: progress, a warning, a bad line. */
  public void remark(String text) {
    if (terminal) {
      err.exact().print(ERASE_LINE);
    }
    err.println(text);
    err.flush();
  }

  /** The result in its machine form. */
  public void json(Object value) {
    try {
      line(
          JsonMapper.builder()
              .enable(SerializationFeature.INDENT_OUTPUT)
              .build()
              .writeValueAsString(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A result cannot be written as JSON.", e);
    }
  }

  /** Rows in aligned columns under a header. */
  public void table(List<String> header, List<List<String>> rows) {
    List<List<String>> all = new ArrayList<>();
    all.add(header);
    rows.forEach(row -> all.add(row.stream().map(TerminalText::line).toList()));
    int[] widths = new int[header.size()];
    for (List<String> row : all) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : all) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
      }
      out.println(line.toString().stripTrailing());
    }
    out.flush();
  }
}
