package io.sluice.delta.maintain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.delta.commit.DeltaCommittable;
import io.sluice.delta.commit.DeltaCommitter;
import io.sluice.delta.rewrite.RewriteResult;
import io.sluice.delta.sink.DeltaWriter;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.TestingCommitRequest;
import io.sluice.delta.testing.TestingTable;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What others do to a table while it is packed, and what is left of a packing that failed. */
@Tag("storage")
class OptimizeBesideOthersTest extends OptimizesTable {

  @Test
  void rowsAppendedMeanwhileStay() throws Exception {
    table.append(row(1, "a"));
    table.append(row(2, "b"));

    RewriteResult result = optimizeWhile(() -> table.append(row(3, "c")));

    assertThat(result.version()).hasValue(4);
    assertThat(result.filesDropped()).isZero();
    assertThat(table.values("id")).containsExactlyInAnyOrder(1L, 2L, 3L);
    assertThat(DeltaTables.detail(path).files()).isEqualTo(2);
  }

  @Test
  void rowsDeletedMeanwhileStayDeleted() throws Exception {
    use(new TestingTable(lake.resolve("silver/parts"), TYPE, "text"));
    table.append(row(1, "a"), row(2, "b"), row(5, "a"));
    table.append(row(3, "a"), row(4, "b"), row(6, "a"));
    log.allowDeletionVectors();
    List<String> changed =
        log.live().keySet().stream().filter(file -> file.startsWith("text=a")).toList();

    RewriteResult result =
        optimizeWhile(
            () -> {
              log.delete(changed.get(0), 0);
              log.delete(changed.get(1), 1);
            });

    assertThat(result.filesRemoved()).isEqualTo(4);
    assertThat(result.filesDropped()).isZero();
    assertThat(table.values("id")).hasSize(4).contains(2L, 4L);
    assertThat(log.live()).hasSize(2);
  }

  @Test
  void anotherOptimizeMeanwhileWinsAndNothingIsDoubled() throws Exception {
    table.append(row(1, "a"));
    table.append(row(2, "b"));

    RewriteResult result = optimizeWhile(this::optimize);

    assertThat(result.version()).isEmpty();
    assertThat(result.filesDropped()).isEqualTo(2);
    assertThat(table.values("id")).containsExactlyInAnyOrder(1L, 2L);
    assertThat(parquetFiles()).hasSize(3);
  }

  @Test
  void aSchemaChangedMeanwhileDropsEverything() throws Exception {
    table.append(row(1, "a"));
    table.append(row(2, "b"));
    JsonNode metadata = log.actions(0, "metaData").get(0);
    String changed =
        metadata.toString().replace("\"configuration\":{", "\"configuration\":{\"x\":\"y\",");

    RewriteResult result = optimizeWhile(() -> log.commit("{\"metaData\":" + changed + "}"));

    assertThat(result.version()).isEmpty();
    assertThat(result.filesDropped()).isEqualTo(2);
    assertThat(parquetFiles()).hasSize(2);
  }

  @Test
  void aFailureLeavesNothingBehind() throws Exception {
    table.append(row(1, "a"));
    table.append(row(2, "b"));

    assertThatThrownBy(
            () ->
                optimizeWhile(
                    () -> {
                      throw new IOException("disk full");
                    }))
        .hasMessageContaining("disk full");

    assertThat(parquetFiles()).hasSize(2);
    assertThat(log.latest()).isEqualTo(2);
  }

  @Test
  void aJobGoesOnCommittingAfterwards() throws Exception {
    DeltaCommitter committer = table.committer();
    try (DeltaWriter writer = table.writer(0)) {
      long previous = DeltaCommittable.NO_PREVIOUS;
      for (int checkpoint = 1; checkpoint <= 12; checkpoint++) {
        writer.write(row(checkpoint, "a"), null);
        DeltaCommittable committable =
            table.committable("i", checkpoint, previous, writer.prepareCommit().iterator().next());
        committer.commit(List.of(new TestingCommitRequest(committable, 0)));
        previous = checkpoint;
        if (checkpoint % 3 == 0) {
          assertThat(optimize().version()).isPresent();
        }
      }
    }
    assertThat(table.values("id")).hasSize(12).doesNotHaveDuplicates();
    assertThat(DeltaTables.detail(path).files()).isEqualTo(1);
  }
}
