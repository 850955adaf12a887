package io.sluice.delta;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the four doors compiles, with what an outsider can import. */
class ReadmeTest {
  private static final Pattern EXAMPLE = Pattern.compile("(?s)```java\n(.*?)```");

  private static final String BEFORE =
      """
      import io.sluice.delta.commit.Fence;
      import io.sluice.delta.maintain.DeltaMaintenance;
      import io.sluice.delta.sink.DeltaSink;
      import io.sluice.delta.source.DeltaSource;
      import io.sluice.delta.table.DeltaTables;
      import io.sluice.delta.upsert.DeltaUpsert;
      import java.util.List;
      import java.util.OptionalLong;
      import org.apache.flink.api.common.eventtime.WatermarkStrategy;
      import org.apache.flink.streaming.api.datastream.DataStream;
      import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
      import org.apache.flink.table.data.RowData;
      import org.apache.flink.table.types.logical.RowType;

      class Example {
        void doors(StreamExecutionEnvironment environment, DataStream<RowData> rows, RowType rowType)
            throws Exception {
      """;

  @TempDir private Path folder;

  @Test
  void theExampleCompiles() throws IOException {
    Matcher example = EXAMPLE.matcher(Files.readString(Path.of("README.md")));
    assertThat(example.find()).isTrue();
    assertThat(problems(BEFORE + example.group(1) + "}}")).isEmpty();
  }

  private List<String> problems(String source) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    List<String> options =
        List.of(
            "-proc:none", "-d", folder.toString(), "-cp", System.getProperty("java.class.path"));
    boolean compiled =
        compiler.getTask(null, null, found, options, null, List.of(new Source(source))).call();
    return compiled
        ? List.of()
        : found.getDiagnostics().stream().map(problem -> problem.getMessage(null)).toList();
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String text) {
      super(URI.create("string:///Example.java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
