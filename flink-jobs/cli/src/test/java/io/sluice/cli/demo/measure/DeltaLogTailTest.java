package io.sluice.cli.demo.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeltaLogTailTest {
  @TempDir private Path table;

  private void commit(long version, String... actions) throws IOException {
    Path file = Path.of(DeltaLogTail.commitFile(table.toString(), version));
    Files.createDirectories(file.getParent());
    Files.writeString(file, String.join("\n", actions));
  }

  private static String add(String path, int rows) {
    return "{\"add\":{\"path\":\"%s\",\"size\":77,\"dataChange\":true,\"stats\":\"{\\\"numRecords\\\":%d}\"}}"
        .formatted(path, rows);
  }

  private static String remove(String path) {
    return "{\"remove\":{\"path\":\"%s\",\"dataChange\":true}}".formatted(path);
  }

  private static String deleted(String path, int rows, int deleted) {
    return add(path, rows)
        .replace(
            ",\"stats\"", ",\"deletionVector\":{\"cardinality\":%d},\"stats\"".formatted(deleted));
  }

  @Test
  void aFileThatComesBackWithDeletionsIsNotNew() throws IOException {
    var tail = new DeltaLogTail(table.toString());
    commit(0, add("a.parquet", 5), deleted("b.parquet", 3, 1));
    assertThat(tail.liveRows()).isEqualTo(7);

    commit(1, deleted("a.parquet", 5, 2), remove("a.parquet"), add("c.parquet", 4));
    assertThat(tail.poll())
        .hasValueSatisfying(
            version ->
                assertThat(version.added())
                    .extracting(DeltaLogTail.AddedFile::path)
                    .containsExactly(table + "/c.parquet"));
    assertThat(tail.liveRows()).isEqualTo(3 + 2 + 4);

    commit(2, remove("c.parquet"));
    assertThat(tail.liveRows()).isEqualTo(5);
  }

  @Test
  void seesEveryVersionOnceAndInOrder() throws IOException {
    var tail = new DeltaLogTail(table.toString());
    assertThat(tail.poll()).isEmpty();

    commit(0, "{\"protocol\":{}}", "{\"metaData\":{}}");
    commit(1, add("event_date=2026-01-01/a%20b.parquet", 5), add("c.parquet", 2));

    assertThat(tail.poll()).hasValueSatisfying(first -> assertThat(first.added()).isEmpty());
    assertThat(tail.poll())
        .hasValueSatisfying(
            second -> {
              assertThat(second.number()).isEqualTo(1);
              assertThat(second.added())
                  .containsExactly(
                      new DeltaLogTail.AddedFile(
                          table + "/event_date=2026-01-01/a b.parquet", 77, 5),
                      new DeltaLogTail.AddedFile(table + "/c.parquet", 77, 2));
            });
    assertThat(tail.poll()).isEmpty();
  }

  @Test
  void addsUpRows() throws IOException {
    var tail = new DeltaLogTail(table.toString());
    commit(0, add("a.parquet", 5));
    assertThat(tail.advance()).isEqualTo(5);
    commit(1, add("b.parquet", 6));
    commit(2, "{\"commitInfo\":{}}");
    assertThat(tail.advance()).isEqualTo(11);
    assertThat(tail.advance()).isEqualTo(11);
  }
}
