package io.sluice.delta.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.sluice.delta.log.DeltaFile;
import io.sluice.delta.log.LiveFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class CompactionCandidatesTest {

  private static final long TARGET = 1 << 20;

  private final CompactionCandidates candidates = new CompactionCandidates(TARGET);
  private int number;

  private LiveFile file(String partition, long size, int deleted) {
    number++;
    return new LiveFile(
        new DeltaFile("f" + number, Map.of("day", partition), size, number, ""),
        OptionalLong.of(100),
        deleted == 0
            ? Optional.empty()
            : Optional.of(new DeletionVectorDescriptor("i", "", Optional.empty(), 1, deleted)),
        Map.of());
  }

  private List<LiveFile> put(int count, String partition, long size) {
    List<LiveFile> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      files.add(file(partition, size, 0));
      candidates.put(files.get(i));
    }
    return files;
  }

  @Test
  void eightOfAboutASizeInAPartitionAreDue() {
    List<LiveFile> seven = put(7, "a", 1000);
    put(7, "b", 1000);
    put(7, "a", TARGET / 3);
    assertThat(candidates.next(false)).isEmpty();

    List<LiveFile> all = new ArrayList<>(seven);
    all.addAll(put(1, "a", 900));
    assertThat(candidates.next(false)).containsExactlyElementsOf(all);
  }

  @Test
  void moreThanAFullFileIsNotPackedAtOnce() {
    put(8, "a", TARGET / 3);
    assertThat(candidates.next(false)).hasSize(3);
  }

  @Test
  void fullFilesAreLeftAlone() {
    put(100, "a", TARGET / 2);
    assertThat(candidates.next(false)).isEmpty();
  }

  @Test
  void theFilesWithTheMostDeletedRowsAreDueWhenTooManyAre() {
    put(6, "a", TARGET / 2);
    LiveFile some = file("a", TARGET / 2, 5);
    LiveFile half = file("a", TARGET / 2, 50);
    candidates.put(some);
    candidates.put(half);
    assertThat(candidates.next(true)).as("7 % of the partition is deleted rows").isEmpty();

    LiveFile most = file("a", TARGET, 90);
    candidates.put(most);
    assertThat(candidates.next(false)).as("not now").isEmpty();
    assertThat(candidates.next(true)).containsExactly(some, half, most);
    candidates.remove(most);
    assertThat(candidates.next(true)).isEmpty();
  }

  @Test
  void aFileThatLosesRowsChangesItsTier() {
    List<LiveFile> files = put(8, "a", 10_000);
    LiveFile first = files.get(0);
    candidates.remove(first);
    assertThat(candidates.next(false)).isEmpty();
    candidates.put(first);
    assertThat(candidates.next(false)).hasSize(8);
    candidates.clear();
    assertThat(candidates.next(false)).isEmpty();
  }

  /** A day of commits every second, each a file: the number of files stays small. */
  @Test
  void theNumberOfFilesStaysFlat() {
    Map<String, LiveFile> live = new HashMap<>();
    long copied = 0;
    int most = 0;
    for (int commit = 0; commit < 86_400; commit++) {
      LiveFile added = put(1, "a", 2_000).get(0);
      live.put(added.path(), added);
      List<LiveFile> due = candidates.next(false);
      if (!due.isEmpty()) {
        long size = due.stream().mapToLong(LiveFile::liveSize).sum();
        copied += size;
        due.forEach(
            file -> {
              candidates.remove(file);
              live.remove(file.path());
            });
        LiveFile packed = file("a", size, 0);
        candidates.put(packed);
        live.put(packed.path(), packed);
      }
      long small = live.values().stream().filter(file -> file.liveSize() < TARGET / 2).count();
      most = Math.max(most, (int) small);
    }
    assertThat(most).isLessThan(5 * CompactionCandidates.FAN_IN);
    assertThat((double) copied / (86_400L * 2_000)).as("each row is copied so often").isLessThan(4);
  }
}
