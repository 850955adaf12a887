package io.sluice.delta.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.delta.log.DeltaFile;
import io.sluice.delta.log.FileIds;
import io.sluice.delta.log.LiveFile;
import io.sluice.delta.testing.TestingStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.roaringbitmap.RoaringBitmap;

class MovesTest {

  @TempDir Path table;

  /** Rows of a file, each known by where it was written first; null for a deleted one. */
  private record Content(LiveFile file, List<String> rows, Moves moves) {

    RoaringBitmap deleted() {
      RoaringBitmap deleted = new RoaringBitmap();
      for (int i = 0; i < rows.size(); i++) {
        if (rows.get(i) == null) {
          deleted.add(i);
        }
      }
      return deleted;
    }

    Moves.Input input() {
      return new Moves.Input(file, deleted(), moves);
    }
  }

  private static LiveFile file(String path, long rows, String origin) {
    return new LiveFile(
        new DeltaFile(path, Map.of(), 1, 1, ""),
        OptionalLong.of(rows),
        Optional.empty(),
        origin == null ? Map.of() : Map.of(LiveFile.ORIGIN_TAG, origin));
  }

  private static Content join(String path, List<Content> inputs) {
    List<String> rows = new ArrayList<>();
    inputs.forEach(input -> input.rows().stream().filter(row -> row != null).forEach(rows::add));
    Moves moves = Moves.into(FileIds.of(path), inputs.stream().map(Content::input).toList());
    return new Content(file(path, rows.size(), null), rows, moves);
  }

  /** Compactions of compactions, with deletions in between, find every row that is left. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyRowIsFoundWhereItIs(long seed) throws IOException {
    Random random = new Random(seed);
    List<Content> live = new ArrayList<>();
    Map<String, Integer> written = new HashMap<>();
    for (int step = 0; step < 60; step++) {
      if (live.size() < 2 || random.nextInt(3) > 0) {
        live.add(write("f" + step, random, written));
      } else {
        List<Content> inputs = new ArrayList<>(live.subList(0, 1 + random.nextInt(live.size())));
        live.removeAll(inputs);
        live.add(join("c" + step, inputs));
      }
      live.forEach(file -> delete(file, random));
    }
    int found = 0;
    for (Content file : live) {
      Moves moves = new Moves(file.moves().files());
      Moves read =
          MovesFile.read(
              TestingStorage.of(table), MovesFile.write(TestingStorage.of(table), moves));
      assertThat(read).usingRecursiveComparison().isEqualTo(moves);
      found += check(file, read, written);
    }
    assertThat(found).isPositive();
  }

  private static Content write(String path, Random random, Map<String, Integer> written) {
    List<String> rows = new ArrayList<>();
    int count = 1 + random.nextInt(30);
    for (int i = 0; i < count; i++) {
      rows.add(path + "#" + i);
    }
    written.put(path, count);
    return new Content(file(path, count, "a/1"), rows, Moves.NONE);
  }

  private static void delete(Content file, Random random) {
    for (int i = 0; i < file.rows().size(); i++) {
      if (random.nextInt(12) == 0) {
        file.rows().set(i, null);
      }
    }
  }

  private static int check(Content file, Moves moves, Map<String, Integer> written) {
    int found = 0;
    for (Map.Entry<String, Integer> origin : written.entrySet()) {
      for (int i = 0; i < origin.getValue(); i++) {
        RoaringBitmap place = moves.places(FileIds.of(origin.getKey()), RoaringBitmap.bitmapOf(i));
        int now = file.rows().indexOf(origin.getKey() + "#" + i);
        if (now >= 0 && file.file().origin() == null) {
          assertThat(place.toArray()).as("%s row %s", origin, i).containsExactly(now);
          found++;
        } else if (!place.isEmpty()) {
          assertThat(file.rows().get(place.first())).as("deleted since").isNull();
        }
      }
    }
    return found;
  }

  @Test
  void aFileIsKnownWhenAllThatItHoldsIs() {
    Content ours = new Content(file("a", 2, "x/1"), rows("a"), Moves.NONE);
    Content theirs = new Content(file("b", 2, null), rows("b"), Moves.NONE);
    Content mixed = join("m", List.of(ours, theirs));
    Content again = join("n", List.of(mixed));

    assertThat(again.moves().allFrom(from -> "x/1".equals(from.origin()))).isFalse();
    UUID m = FileIds.of("m");
    assertThat(again.moves().allFrom(from -> from.id().equals(m)))
        .as("on its way it was in a known file")
        .isTrue();
    assertThat(join("o", List.of(ours)).moves().allFrom(from -> from.origin() != null)).isTrue();
    assertThat(Moves.NONE.allFrom(from -> true)).as("nothing is told").isFalse();
  }

  /** One of these is kept in memory for every file that was ever compacted. */
  @Test
  void whatFilesHaveInCommonIsKeptOnce() throws IOException {
    Content first = new Content(file("a", 2, "x/17"), rows("a"), Moves.NONE);
    Content second = new Content(file("b", 2, "x/18"), rows("b"), Moves.NONE);
    second.rows().set(1, null);
    String path =
        MovesFile.write(TestingStorage.of(table), join("c", List.of(first, second)).moves());

    List<Moves.Moved> files = MovesFile.read(TestingStorage.of(table), path).files();

    Moves.Moved a = files.get(0);
    Moves.Moved b = files.get(1);
    assertThat(a.into()).isSameAs(b.into()).isEqualTo(FileIds.of("c"));
    assertThat(a.incarnation()).isSameAs(b.incarnation());
    assertThat(a.origin()).isEqualTo("x/17");
    assertThat(b.origin()).isEqualTo("x/18");
    assertThat(a.packed()).isEmpty();
    assertThat(b.gone()).isEqualTo(RoaringBitmap.bitmapOf(1));
    assertThat(b.packed().length).isLessThan(24);
  }

  /** Like a map, whatever comes and goes. */
  @Test
  void placesAreFoundById() {
    Random random = new Random(5);
    MovedPlaces places = new MovedPlaces();
    Map<UUID, MovedPlaces.Place> expected = new HashMap<>();
    List<Moves.Moved> replaced = new ArrayList<>();
    for (int step = 0; step < 20_000; step++) {
      UUID id = FileIds.of("f" + random.nextInt(step % 4_000 + 1));
      MovedPlaces.Place before = expected.get(id);
      if (random.nextInt(3) > 0) {
        Moves.Moved moved = Moves.Moved.of(id, null, id, 1, 0, new RoaringBitmap());
        places.put("p" + step, moved);
        expected.put(id, new MovedPlaces.Place("p" + step, moved));
        if (before != null) {
          replaced.add(before.moved());
        }
      } else if (before != null) {
        places.remove(before.moved());
        expected.remove(id);
      }
    }
    // Nothing that is there: what they were replaced by is another entry.
    replaced.forEach(places::remove);
    for (int i = 0; i < 4_000; i++) {
      UUID id = FileIds.of("f" + i);
      assertThat(places.get(id)).isEqualTo(expected.get(id));
    }
    expected.values().forEach(place -> places.remove(place.moved()));
    for (int i = 0; i < 4_000; i++) {
      assertThat(places.get(FileIds.of("f" + i))).isNull();
    }
  }

  private static List<String> rows(String name) {
    return new ArrayList<>(List.of(name + "0", name + "1"));
  }

  @Test
  void aDamagedFileIsRefused() throws IOException {
    Content file = new Content(file("a", 2, "x/1"), rows("a"), Moves.NONE);
    String path = MovesFile.write(TestingStorage.of(table), join("b", List.of(file)).moves());
    byte[] bytes = Files.readAllBytes(table.resolve(path));
    bytes[10]++;
    Files.write(table.resolve(path), bytes);

    assertThatThrownBy(() -> MovesFile.read(TestingStorage.of(table), path))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("damaged")
        .hasMessageContaining(TestingStorage.address(table));
    assertThatThrownBy(() -> MovesFile.read(TestingStorage.of(table), "../elsewhere"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("outside the table");
  }

  @Test
  void nothingIsLeftOfAFileThatCannotBeWritten() throws IOException {
    Content file = new Content(file("a", 2, "x/1"), rows("a"), Moves.NONE);
    Moves moves = join("b", List.of(file)).moves();
    MovesFile.write(TestingStorage.of(table), moves);

    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> MovesFile.write(TestingStorage.of(table), moves))
          .isInstanceOf(IOException.class);
    } finally {
      Thread.interrupted();
    }

    try (Stream<Path> files = Files.list(table.resolve(MovesFile.FOLDER))) {
      assertThat(files).hasSize(1);
    }
  }
}
