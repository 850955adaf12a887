package io.sluice.cli.submit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.TestingPlatform;
import io.sluice.definition.edit.Store;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.pipeline.PipelineLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreIdsTest {
  private static final Path REPOSITORY = Path.of("..", "..");

  @TempDir private Path home;

  private final TestingPlatform platform = new TestingPlatform();
  private final List<String> progress = new ArrayList<>();
  private final Pipeline pipeline =
      PipelineLoader.load(
          REPOSITORY.resolve("flink-jobs/pipelines/market-risk.yaml"),
          REPOSITORY.resolve("schemas"));
  private final List<Store> served =
      Store.of(pipeline).stream().filter(store -> store.kind() != Store.Kind.REGISTRY).toList();
  private Map<Store, String> kept;

  @BeforeEach
  void startFirst() throws IOException {
    try (StoreIds ids = open()) {
      kept = ids.mark(pipeline, schemas());
    }
    assertThat(kept.keySet()).containsExactlyInAnyOrderElementsOf(Store.of(pipeline));
  }

  private StoreIds open() {
    return new StoreIds(
        platform, platform.servers(home).endpoints().orElseThrow(), pipeline, progress::add);
  }

  private Map<String, Integer> schemas() {
    return pipeline.sources().keySet().stream().collect(Collectors.toMap(name -> name, name -> 1));
  }

  /** A start from a savepoint; tells what the job keeps. */
  private Map<Store, String> goOn() throws IOException {
    try (StoreIds ids = open()) {
      for (Store store : served) {
        ids.now(store, kept.get(store));
      }
      return ids.mark(pipeline, schemas());
    }
  }

  @Test
  void aStoreThatCannotBeAskedKeepsItsIdAndIsAskedOnce() throws IOException {
    platform.silent.addAll(List.of(Store.Kind.REDIS, Store.Kind.POSTGRESQL));
    platform.asked.clear();
    assertThat(goOn()).isEqualTo(kept);
    assertThat(platform.asked).containsExactlyInAnyOrder(Store.Kind.REDIS, Store.Kind.POSTGRESQL);
    assertThat(progress).hasSize(2);
  }

  @Test
  void aStoreThatTakesNoWritesGetsNoIdAndLosesTheFormerOne() throws IOException {
    platform.marks.clear();
    platform.readOnly.addAll(List.of(Store.Kind.REDIS, Store.Kind.POSTGRESQL));
    assertThat(goOn()).doesNotContainKeys(served.toArray(Store[]::new));
    assertThat(progress).hasSize(2);
  }

  @Test
  void anEmptyIdIsNone() throws IOException {
    platform.marks.replaceAll((view, id) -> "");
    platform.schemas.clear();
    try (StoreIds ids = open()) {
      assertThat(ids.mark(pipeline, schemas())).isEmpty();
    }
    assertThat(progress).isEmpty();
  }
}
