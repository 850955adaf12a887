package io.sluice.definition.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A file is known by its content, with one slip anywhere in it. */
class FileKindTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "kind: Pipeline | PIPELINE",
        "kind: 'Pipeline' | PIPELINE",
        "Kind: pipeline | PIPELINE",
        "kind: Pipelin | PIPELINE",
        "kind : Pipeline | PIPELINE",
        "{kind: Pipeline, name: x} | PIPELINE",
        "knd: Pipeline\\napiVersion: sluice/v2 | PIPELINE",
        "apiVersion: slucie/v1 | PIPELINE",
        "sources: {}\\nconnections: {} | PIPELINE",
        "kind: Pipeline\\n\\tname: x | PIPELINE",
        "apiVersion: sluice/v1\\nname: [ | PIPELINE",
        "kind: DataContract | CONTRACT",
        "kind: DataContact\\napiVersion: v3.1.0 | CONTRACT",
        "kind: DataContract\\nschema: [ | CONTRACT",
        "{\"type\": \"record\", \"name\": | SCHEMA",
        "# nothing\\n---\\n | EMPTY",
        "kind: Deployment\\napiVersion: apps/v1 | OTHER",
        "kind: Pipeline\\napiVersion: tekton.dev/v1 | OTHER",
        "kind: ConfigMap\\ndata:\\n  pipeline:\\n    kind: Pipeline | OTHER",
        "kind: [ | OTHER",
        "- sources | OTHER",
      })
  void knowsByContent(String text, FileKind kind) throws IOException {
    Path file = folder.resolve("file");
    Files.writeString(file, text.replace("\\n", "\n").replace("\\t", "\t"));
    assertThat(FileKind.of(file)).isEqualTo(kind);
  }

  @Test
  void whatIsNoTextIsOther() throws IOException {
    Path file = folder.resolve("file");
    Files.write(file, new byte[] {(byte) 0xff, 0, 1});
    assertThat(FileKind.of(file)).isEqualTo(FileKind.OTHER);
    assertThat(FileKind.of(folder.resolve("missing"))).isEqualTo(FileKind.OTHER);
  }
}
