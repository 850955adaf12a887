package io.sluice.delta.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.sink.DeltaSinkITCase;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.SinkJob;
import io.sluice.delta.testing.TestingLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Rows with a new column arrive in the middle of a job, which fails around it. */
class SchemaEvolutionITCase {

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  @TempDir Path directory;

  @BeforeEach
  void noFailure() {
    SinkJob.FAIL_AFTER.set(0);
  }

  /** Each id with its value in the new column; fails when an id is there twice. */
  private static TreeMap<Long, Long> content(SinkJob job) throws IOException {
    TreeMap<Long, Long> content = new TreeMap<>();
    try (Stream<Map<String, Object>> rows =
        DeltaTables.rows(job.table, OptionalLong.empty(), List.of(), -1)) {
      rows.forEach(
          row -> {
            Long twice = (Long) row.get("twice");
            assertThat(content.put((Long) row.get("id"), twice == null ? -1 : twice)).isNull();
          });
    }
    return content;
  }

  private static TreeMap<Long, Long> expected(SinkJob job, Iterable<Long> ids) {
    TreeMap<Long, Long> expected = new TreeMap<>();
    ids.forEach(id -> expected.put(id, id >= job.evolvesAt ? 2 * id : -1));
    return expected;
  }

  private static List<Long> allIds(SinkJob job) {
    List<Long> ids = new ArrayList<>();
    for (long id = 0; id < job.rows; id++) {
      ids.add(id);
    }
    return ids;
  }

  private static int metadataChanges(SinkJob job) throws IOException {
    TestingLog log = new TestingLog(job.folder);
    int changes = 0;
    for (long version = 1; version <= log.latest(); version++) {
      changes += log.actions(version, "metaData").size();
    }
    return changes;
  }

  @Test
  void anAppendEvolvesOnceAroundAFailure() throws Exception {
    SinkJob job = new SinkJob(directory);
    job.evolvesAt = 9_000;
    SinkJob.FAIL_AFTER.set(5);

    job.graph().execute();

    assertThat(SinkJob.FAIL_AFTER).hasValue(0);
    assertThat(content(job)).isEqualTo(expected(job, allIds(job)));
    assertThat(metadataChanges(job)).isEqualTo(1);
  }

  @Test
  void anUpsertEvolvesOnceAroundAFailure() throws Exception {
    SinkJob job = new SinkJob(directory);
    job.upsert = true;
    job.buckets = 1000;
    job.evolvesAt = job.rows - 500;
    SinkJob.FAIL_AFTER.set(9);

    job.graph().execute();

    assertThat(SinkJob.FAIL_AFTER).hasValue(0);
    assertThat(content(job)).isEqualTo(expected(job, job.newest()));
    assertThat(metadataChanges(job)).isEqualTo(1);
  }

  @Test
  void aSinkThatKnowsTheColumnGoesOnFromASavepointOfOneThatDidNot() throws Exception {
    knownLater(false);
  }

  @Test
  void anUpsertThatKnowsTheColumnGoesOnFromASavepointOfOneThatDidNot() throws Exception {
    knownLater(true);
  }

  private void knownLater(boolean upsert) throws Exception {
    SinkJob job = new SinkJob(directory);
    job.upsert = upsert;
    job.buckets = upsert ? 1000 : 3;
    job.evolvesAt = 3_000;
    JobClient running = job.graph().executeAsync();
    DeltaSinkITCase.awaitVersion(job, 4);
    job.restoreFrom =
        running
            .stopWithSavepoint(
                false, directory.resolve("savepoints").toString(), SavepointFormatType.CANONICAL)
            .get();

    job.knowsTwice = true;
    job.graph().execute();

    assertThat(content(job)).isEqualTo(expected(job, upsert ? job.newest() : allIds(job)));
    assertThat(metadataChanges(job)).isEqualTo(1);
  }

  @Test
  void aCommittableThatWaitsForItsCommitBringsItsColumns() throws Exception {
    SinkJob job = new SinkJob(directory);
    job.evolvesAt = 4_000;
    JobClient running = job.graph().executeAsync();
    DeltaSinkITCase.awaitVersion(job, 5);
    DeltaSinkITCase.cancel(running);
    List<Path> checkpoints = job.checkpoints();
    Path last = checkpoints.get(checkpoints.size() - 1);
    DeltaSinkITCase.forgetFrom(job, DeltaSinkITCase.id(last));

    job.restoreFrom = last.toUri().toString();
    job.parallelism = 3;
    job.graph().execute();

    assertThat(content(job)).isEqualTo(expected(job, allIds(job)));
    assertThat(metadataChanges(job)).isEqualTo(1);
  }

  @Test
  void aRunWithoutSchemaChangesWritesNoMetadata() throws Exception {
    SinkJob job = new SinkJob(directory);
    SinkJob.FAIL_AFTER.set(4);

    job.graph().execute();

    assertThat(job.ids()).hasSize((int) job.rows);
    assertThat(metadataChanges(job)).isZero();
  }
}
