package io.sluice.job;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableOwnerTest {
  private static final String FIRST_VERSION =
      """
      {"commitInfo":{"timestamp":0,"operation":"WRITE","operationParameters":{},"isBlindAppend":true}}
      {"protocol":{"minReaderVersion":1,"minWriterVersion":2}}
      {"metaData":{"id":"x","format":{"provider":"parquet","options":{}},"schemaString":"{\\"type\\":\\"struct\\",\\"fields\\":[{\\"name\\":\\"a\\",\\"type\\":\\"long\\",\\"nullable\\":true,\\"metadata\\":{}}]}","partitionColumns":[],"configuration":{}}}
      """;

  @TempDir private Path table;

  private void committedBy(String appId) throws IOException {
    String transaction = "{\"txn\":{\"appId\":\"%s\",\"version\":7}}\n".formatted(appId);
    Path log = Files.createDirectories(table.resolve("_delta_log"));
    Files.writeString(log.resolve("00000000000000000000.json"), FIRST_VERSION + transaction);
  }

  private void check() throws IOException {
    TableOwner.check("second", table.toString());
  }

  @Test
  void aTableBelongsToThePipelineThatWroteIt() throws IOException {
    committedBy(TableOwner.sinkId("first", "bronze-trips") + "/1b2f");
    assertThatThrownBy(this::check)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll(
            table.toString(),
            "belongs to the pipeline first",
            "Give second",
            "sluice remove first");
  }

  @Test
  void itsOwnTablesNewTablesAndThoseOfOtherProgramsAreFree() throws IOException {
    assertThatCode(this::check).doesNotThrowAnyException();
    committedBy(TableOwner.sinkId("second", "bronze-trips") + "/1b2f");
    assertThatCode(this::check).doesNotThrowAnyException();
    committedBy("position:first.trips/0@id");
    assertThatCode(this::check).doesNotThrowAnyException();
    committedBy("spark-stream-1");
    assertThatCode(this::check).doesNotThrowAnyException();
  }
}
