package io.sluice.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.TestingCommands;
import io.sluice.cli.storage.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemoveCommandTest {
  @TempDir private Path folder;
  private TestingCommands sluice;

  @BeforeEach
  void submit() throws IOException {
    sluice = new TestingCommands(folder);
    assertThat(sluice.run("submit", sluice.pipeline(), "--definitions", sluice.definitions()))
        .isZero();
    sluice.platform().tables =
        List.of("bronze/trips", "gold/other", "ledger/city", "rejected/fares", "silver/trips");
    Files.createDirectories(folder.resolve("home/savepoints/city/savepoint-1"));
    Files.createDirectories(folder.resolve("home/checkpoints/job1/chk-1"));
    sluice.platform().calls.clear();
  }

  @Test
  void refusesWhatARunningPipelineUses() {
    for (List<String> what :
        List.of(
            List.of("city"),
            List.of("table", "silver/trips"),
            List.of("topic", "city.trips.v1.dlq"))) {
      assertThat(sluice.remove(what)).isEqualTo(1);
      assertThat(sluice.err()).endsWith("Stop it first: sluice stop city\n");
    }
    assertThat(sluice.run("reset", "city", "--yes")).isEqualTo(1);
    assertThat(sluice.platform().calls).noneMatch(call -> call.startsWith("remove"));
  }

  @Test
  void removesTheIdOfAViewWithoutRows() {
    sluice.platform().marks.put("sluice:tips:", "an id");
    assertThat(sluice.remove(List.of("view", "tips"))).isZero();
    assertThat(sluice.out()).contains("the id of view tips in Redis");
    assertThat(sluice.platform().calls).contains("remove hashes sluice:tips:");
  }

  @Test
  void removesAPipelineWithAllItMade() {
    sluice.platform().failed("job1");
    assertThat(sluice.remove(List.of("city"))).isZero();
    assertThat(sluice.out())
        .contains(
            """
            Goes for good:
              state savepoints/city
              state checkpoints/job1
              table bronze/trips
              table silver/trips
              table ledger/city
              topic city.trips.v1.dlq
              consumer group sluice.city
              stored definition of city
            Removed.
            """);
    assertThat(sluice.platform().calls)
        .containsSubsequence(
            "remove table bronze/trips",
            "remove table silver/trips",
            "remove table ledger/city",
            "remove topic city.trips.v1.dlq",
            "remove group sluice.city");
    assertThat(folder.resolve("home/savepoints/city")).doesNotExist();
    assertThat(folder.resolve("home/checkpoints/job1")).doesNotExist();
    assertThat(folder.resolve("home/submitted/city")).doesNotExist();
    assertThat(sluice.remove(List.of("city"))).isEqualTo(1);
  }

  @Test
  void resetKeepsTheDefinition() {
    sluice.platform().failed("job1");
    assertThat(sluice.run("reset", "city", "--dry-run")).isZero();
    assertThat(folder.resolve("home/savepoints/city")).exists();
    assertThat(sluice.run("reset", "city", "--yes")).isZero();
    assertThat(folder.resolve("home/savepoints/city")).doesNotExist();
    assertThat(folder.resolve("home/submitted/city")).exists();
  }

  @Test
  void removesAViewOutOfEveryStore() {
    assertThat(sluice.remove(List.of("view", "fares"))).isZero();
    assertThat(sluice.platform().calls)
        .containsSubsequence(
            "remove table rejected/fares", "remove hashes sluice:fares:", "drop table fares");
  }

  @Test
  void asksAndNamesWhatIsNotThere() {
    assertThat(sluice.run("remove", "table", "gold/other")).isEqualTo(2);
    assertThat(sluice.err()).contains("Nobody can be asked here: add --yes to remove it.");
    assertThat(sluice.remove(List.of("table", "gold/none"))).isEqualTo(1);
    assertThat(sluice.remove(List.of("topic", "none"))).isEqualTo(1);
    assertThat(sluice.remove(List.of("view", "none"))).isEqualTo(1);
    assertThat(sluice.remove(List.of("server", "kafka"))).isEqualTo(2);
    assertThat(sluice.platform().calls).noneMatch(call -> call.startsWith("remove"));
  }

  @Test
  void aFolderGoesWithoutFollowingLinks() throws IOException {
    Path kept = Files.writeString(folder.resolve("kept.txt"), "kept");
    Path table = Files.createDirectories(folder.resolve("table/_delta_log")).getParent();
    Files.createSymbolicLink(table.resolve("link"), folder);
    Trees.remove(table);
    assertThat(table).doesNotExist();
    assertThat(kept).exists();
    Trees.remove(table);
  }
}
