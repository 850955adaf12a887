package io.sluice.delta.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.delta.s3.S3Multipart;
import io.sluice.testkit.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies in the folders of a table on a real S3 server. */
class S3ListingITCase {

  @TempDir Path bucket;

  private S3Fixture fixture;
  private S3Storage table;

  @BeforeEach
  void connect() throws IOException {
    fixture = S3Fixture.of(S3Server.shared());
    table = fixture.table(bucket.getFileName().toString(), "lake/orders");
  }

  @AfterEach
  void disconnect() {
    fixture.close();
  }

  static TableStorage.Visitor visitor(
      List<StoredFile> files, List<TableStorage.Removal> unfinished) {
    return new TableStorage.Visitor() {
      @Override
      public void file(StoredFile file) {
        files.add(file);
      }

      @Override
      public void unfinished(StoredFile file, TableStorage.Removal removal) {
        files.add(new StoredFile("unfinished " + file.name(), file.size(), file.modified()));
        unfinished.add(removal);
      }
    };
  }

  private void file(String name) throws IOException {
    Path file = bucket.resolve("lake").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, name);
  }

  private List<String> names(String folder, String first) throws IOException {
    String front = folder + "/";
    List<String> names = table.names(folder, first);
    assertThat(names).allMatch(name -> name.startsWith(front));
    return names.stream().map(name -> name.substring(front.length())).toList();
  }

  @Test
  void aFolderIsListedFromANameOn() throws IOException {
    List<String> names =
        List.of(
            "00000000000000000009.json",
            "00000000000000000010.checkpoint.parquet",
            "00000000000000000010.crc",
            "00000000000000000010.json",
            "00000000000000000011.json",
            "_last_checkpoint");
    for (String name : names) {
      file("orders/_delta_log/" + name);
    }
    file("orders/_delta_log0");
    file("orders/_delta_log-1");
    for (String first : names) {
      assertThat(names("_delta_log", first))
          .isEqualTo(names.subList(names.indexOf(first), names.size()));
    }
    assertThat(names("_delta_log", "00000000000000000010")).isEqualTo(names.subList(1, 6));
    assertThat(names("_delta_log", "00000000000000000010.")).isEqualTo(names.subList(1, 6));
    assertThat(names("_delta_log", "00000000000000000011.")).isEqualTo(names.subList(4, 6));
    assertThat(names("_delta_log", "0")).isEqualTo(names);
    assertThat(names("_delta_log", "")).isEqualTo(names);
    fixture.forgetRequests();
    assertThat(names("_delta_log", "zzz")).isEmpty();
    assertThat(fixture.requests()).as("nothing from there on, or nothing at all").hasSize(2);
    assertThatThrownBy(() -> table.names("_delta_log2", "0"))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void edgesAreExact() throws IOException {
    List<String> names =
        List.of(
            "!",
            "-",
            "0",
            "0-",
            "00",
            "09~~~~~",
            "1",
            "A",
            "a",
            "a ",
            "a!",
            "az",
            "b",
            "~",
            "~~",
            "é",
            "\uD83D\uDE00");
    for (String name : names) {
      file("orders/f/" + name);
    }
    for (String first : names) {
      List<String> after = names.subList(names.indexOf(first), names.size());
      assertThat(names("f", first)).as(first).isEqualTo(after);
      List<String> files = new ArrayList<>();
      table.files("f", first).forEachRemaining(file -> files.add(file.name()));
      assertThat(files).as(first).isEqualTo(after.stream().map(name -> "f/" + name).toList());
    }
  }

  @Test
  void pagesAreAskedForWhenTheyAreNeeded() throws IOException {
    for (int i = 0; i < 2500; i++) {
      file("orders/many/%05d".formatted(i));
    }
    fixture.forgetRequests();
    Iterator<StoredFile> files = table.files("many", "00010");
    for (int i = 10; i < 1000; i++) {
      assertThat(files.next().name()).isEqualTo("many/%05d".formatted(i));
    }
    assertThat(fixture.requests()).hasSize(1);
    int left = 0;
    while (files.hasNext()) {
      files.next();
      left++;
    }
    assertThat(left).isEqualTo(1500);
    assertThat(fixture.requests()).hasSize(3);
    fixture.forgetRequests();
    assertThat(table.names("many", "")).hasSize(2500);
    assertThat(fixture.requests()).as("one for each thousand").hasSize(3);
  }

  @Test
  void foldersAreTold() throws IOException {
    file("orders/day=1/a");
    file("orders/day=2/b/c");
    file("orders/_delta_log/x");
    file("orders/file");
    file("orders2/day=3/x");
    assertThat(table.folders("")).containsExactly("_delta_log", "day=1", "day=2");
    assertThat(table.folders("day=2")).containsExactly("b");
    assertThat(table.folders("none")).isEmpty();
    assertThat(table.names("", "")).containsExactly("_delta_log", "day=1", "day=2", "file");
    Iterator<StoredFile> files = table.files("", "");
    assertThat(files.next().name()).isEqualTo("file");
    assertThat(files.hasNext()).isFalse();
  }

  @Test
  void aWalkShowsFilesAndUnfinishedUploads() throws IOException {
    file("orders/a.parquet");
    file("orders/day=1/b.parquet");
    file("orders/day=1/deep/c.parquet");
    file("orders/_delta_log/00000000000000000000.json");
    file("orders/_hidden/d");
    file("orders2/e");
    S3Storage neighbour = fixture.table(bucket.getFileName().toString(), "lake/orders2");
    for (String name : List.of("day=1/up.parquet", "_delta_log/x.checkpoint", "_hidden/up", "up")) {
      S3Multipart.begin(fixture.access(), table.at(name));
    }
    S3Multipart.begin(fixture.access(), neighbour.at("up"));
    List<StoredFile> shown = new ArrayList<>();
    List<TableStorage.Removal> removals = new ArrayList<>();
    table.walk(folder -> !folder.startsWith("_"), visitor(shown, removals));
    assertThat(shown)
        .extracting(StoredFile::name)
        .containsExactlyInAnyOrder(
            "a.parquet",
            "day=1/b.parquet",
            "day=1/deep/c.parquet",
            "unfinished _delta_log/x.checkpoint",
            "unfinished day=1/up.parquet",
            "unfinished up");
    assertThat(shown)
        .allMatch(
            file ->
                Duration.between(file.time(), Instant.now()).abs().compareTo(Duration.ofMinutes(1))
                    < 0);
    for (TableStorage.Removal removal : removals) {
      removal.run();
      removal.run();
    }
    shown.clear();
    table.walk(folder -> true, visitor(shown, removals));
    assertThat(shown).extracting(StoredFile::name).contains("unfinished _hidden/up", "_hidden/d");
    assertThat(shown).filteredOn(file -> file.name().startsWith("unfinished")).hasSize(1);
    shown.clear();
    neighbour.walk(folder -> true, visitor(shown, removals));
    assertThat(shown).extracting(StoredFile::name).containsExactly("e", "unfinished up");
  }

  @Test
  void aTableThatIsNotThereCannotBeWalked() {
    assertThatThrownBy(() -> table.walk(any -> true, visitor(new ArrayList<>(), new ArrayList<>())))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(table.table());
  }
}
