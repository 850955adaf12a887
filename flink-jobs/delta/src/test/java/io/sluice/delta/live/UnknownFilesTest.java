package io.sluice.delta.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.sluice.delta.log.DeltaFile;
import io.sluice.delta.log.FileChanges;
import io.sluice.delta.log.FileIds;
import io.sluice.delta.log.LiveFile;
import io.sluice.delta.testing.TestingStorage;
import java.nio.file.Path;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.roaringbitmap.RoaringBitmap;

class UnknownFilesTest {

  private static final int ANCESTORS = 50;

  @TempDir Path table;

  /** Files that an index has learned; counts how often it is asked. */
  private static final class CountingSet extends AbstractSet<UUID> {
    private final Set<UUID> ids;
    private int asked;

    CountingSet(Set<UUID> ids) {
      this.ids = ids;
    }

    @Override
    public boolean contains(Object id) {
      asked++;
      return ids.contains(id);
    }

    @Override
    public Iterator<UUID> iterator() {
      return ids.iterator();
    }

    @Override
    public int size() {
      return ids.size();
    }
  }

  private LiveFile compacted() throws Exception {
    UUID id = FileIds.of("compacted");
    List<Moves.Moved> ancestors = new ArrayList<>();
    for (int i = 0; i < ANCESTORS; i++) {
      ancestors.add(
          Moves.Moved.of(FileIds.of("a" + i), "theirs/1", id, 10, 10 * i, new RoaringBitmap()));
    }
    return new LiveFile(
        new DeltaFile("compacted", Map.of(), 1, 1, ""),
        OptionalLong.of(10 * ANCESTORS),
        Optional.empty(),
        Map.of(
            LiveFile.MOVES_TAG, MovesFile.write(TestingStorage.of(table), new Moves(ancestors))));
  }

  private static FileChanges change(LiveFile file, int deleted) {
    RoaringBitmap rows = RoaringBitmap.bitmapOf(deleted);
    DeletionVectorDescriptor vector =
        new DeletionVectorDescriptor("u", "vector" + deleted, Optional.of(1), 10, 1);
    return new FileChanges(List.of(file), List.of(new FileChanges.Added(file.with(vector), rows)));
  }

  private void changesWithoutALook(CountingSet learned, int unknown) throws Exception {
    LiveFiles live = new LiveFiles(TestingStorage.of(table));
    LiveFile file = compacted();
    Lineage known = Lineage.NONE.and("ours", 7);
    live.committed(
        1, new FileChanges(List.of(), List.of(new FileChanges.Added(file, new RoaringBitmap()))));
    assertThat(live.unknown(known, learned)).hasSize(unknown);
    int asked = learned.asked;

    for (int i = 0; i < 3; i++) {
      live.committed(2 + i, change(live.byPath("compacted"), i));
      assertThat(live.unknown(known, learned)).hasSize(unknown);
    }

    assertThat(learned.asked).as("where its rows are from was clear").isEqualTo(asked);
    assertThat(live.unknown(known, learned))
        .allSatisfy(now -> assertThat(now).isSameAs(live.byPath("compacted")));
  }

  @Test
  void aKnownFileStaysKnownWhenRowsOfItAreDeleted() throws Exception {
    Set<UUID> ancestors = new HashSet<>();
    for (int i = 0; i < ANCESTORS; i++) {
      ancestors.add(FileIds.of("a" + i));
    }
    changesWithoutALook(new CountingSet(ancestors), 0);
  }

  @Test
  void anUnknownFileStaysUnknownAndIsReadAsItIsNow() throws Exception {
    changesWithoutALook(new CountingSet(Set.of(FileIds.of("a1"))), 1);
  }
}
