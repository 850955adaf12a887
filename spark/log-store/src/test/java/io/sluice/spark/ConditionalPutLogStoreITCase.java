package io.sluice.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.storage.CloseableIterator;
import io.sluice.testkit.S3Server;
import io.sluice.testkit.fault.Fault;
import io.sluice.testkit.fault.FaultyS3;
import io.sluice.testkit.fault.S3Request;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConditionalPutLogStoreITCase {

  private static final int ROUNDS = 40;
  private static final int WRITERS = 4;

  /** The smallest that S3 takes, 5 MB. */
  private static final int PART = 5 << 20;

  @TempDir java.nio.file.Path directory;

  private S3Server server;
  private FaultyS3 faulty;
  private Configuration settings;
  private ConditionalPutLogStore store;

  @BeforeEach
  void connect() throws IOException {
    server = S3Server.shared();
    faulty = FaultyS3.before(server.endpoint());
    settings = S3A.settings(faulty.environment(server));
    store = new ConditionalPutLogStore(settings);
  }

  @AfterEach
  void disconnect() throws IOException {
    FileSystem.closeAll();
    faulty.close();
  }

  @Test
  void eachVersionHasOneWinner() throws Exception {
    assertEachVersionHasOneWinner(ROUNDS);
    assertThat(faulty.struck()).isEmpty();
  }

  @Test
  void eachVersionHasOneWinnerWhateverTheNetworkDoes() throws Exception {
    faulty
        .hangFor(Duration.ofMillis(50))
        .strikeByChance(11, 0.3, EnumSet.allOf(Fault.class).toArray(Fault[]::new));
    assertEachVersionHasOneWinner(ROUNDS / 4);
    assertThat(faulty.struck()).hasSizeGreaterThan(5);
  }

  private void assertEachVersionHasOneWinner(int rounds) throws Exception {
    try (Race race = new Race(Collections.nCopies(WRITERS, this::write))) {
      for (int version = 0; version < rounds; version++) {
        String name = name(version);
        assertThat(race.winners(name)).as(name).containsExactly(stored(name));
      }
    }
    assertThat(names(0)).hasSize(rounds);
  }

  /** What this store is for; Delta's own says of itself that one process may write. */
  @Test
  void deltasOwnStoreLosesVersions() throws Exception {
    List<Race.Writer> writers = new ArrayList<>();
    for (int writer = 0; writer < WRITERS; writer++) {
      OwnStore own = new OwnStore(settings);
      writers.add((name, content) -> own.write(path(name), content));
    }
    int lost = 0;
    try (Race race = new Race(writers)) {
      for (int version = 0; version < ROUNDS && lost == 0; version++) {
        lost = race.winners(name(version)).size() - 1;
      }
    }
    assertThat(lost).as("commits that were overwritten").isPositive();
  }

  @Test
  void aLostReplyIsASuccess() throws Exception {
    faulty.strike(ConditionalPutLogStoreITCase::isPut, 1, Fault.LOST_REPLY);
    write(name(0), "own");
    assertThat(stored(name(0))).isEqualTo("own");
    assertThat(faulty.counts())
        .containsEntry("PUT log entry", 2L)
        .containsEntry("GET log entry", 1L);
  }

  @Test
  void aReplyThatIsLostEachTimeIsASuccess() throws Exception {
    settings.setInt("fs.s3a.attempts.maximum", 1);
    settings.setInt("fs.s3a.retry.limit", 0);
    faulty.strikeAll(ConditionalPutLogStoreITCase::isPut, Fault.LOST_REPLY);
    write(name(0), "own");
    assertThat(stored(name(0))).isEqualTo("own");
  }

  @Test
  void somebodyElsesEntryIsNotTouched() throws Exception {
    write(name(0), "theirs");
    faulty.strike(ConditionalPutLogStoreITCase::isPut, 1, Fault.LOST_REPLY);
    assertThatThrownBy(() -> write(name(0), "own"))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining(name(0));
    assertThatThrownBy(() -> write(name(0), "theirs, and more"))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(stored(name(0))).isEqualTo("theirs");
  }

  /** In parts, which appear together or not at all. */
  @Test
  void aLargeEntryIsPublishedWhole() throws Exception {
    settings.setInt("fs.s3a.multipart.size", PART);
    String content = "x".repeat(2 * PART + 1);
    write(name(0), content);
    assertThat(faulty.counts())
        .containsEntry("PART of log entry", 3L)
        .containsEntry("END of log entry", 1L);
    faulty.strike(request -> request.kind().equals("END of log entry"), 1, Fault.LOST_REPLY);
    write(name(1), content);
    assertThatThrownBy(() -> write(name(1), content + "y"))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(stored(name(0))).isEqualTo(content);
    assertThat(stored(name(1))).isEqualTo(content);
    assertThat(directory.toFile().list()).as("no parts are left").containsExactly("t");
  }

  @Test
  void aConflictIsTriedAgain() throws Exception {
    faulty
        .strike(ConditionalPutLogStoreITCase::isPut, 1, Fault.CONFLICT)
        .strike(ConditionalPutLogStoreITCase::isPut, 2, Fault.CONFLICT)
        .strike(ConditionalPutLogStoreITCase::isPut, 3, Fault.CONFLICT_WHEN_DONE);
    write(name(0), "own");
    assertThat(stored(name(0))).isEqualTo("own");
    assertThat(faulty.counts()).containsEntry("PUT log entry", 4L);
  }

  @Test
  void aConflictWithoutEndFails() {
    faulty.strikeAll(ConditionalPutLogStoreITCase::isPut, Fault.CONFLICT);
    assertThatThrownBy(() -> write(name(0), "own"))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("ConditionalRequestConflict");
    assertThat(faulty.counts()).containsEntry("PUT log entry", 10L);
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void actionsThatEndInAFailureLeaveNothing() {
    Iterator<String> broken =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return true;
          }

          @Override
          public String next() {
            throw new IllegalStateException("no more");
          }
        };
    assertThatThrownBy(() -> store.write(path(name(0)), broken, false, settings))
        .hasMessage("no more");
    assertThat(directory).isEmptyDirectory();
    assertThat(store.isPartialWriteVisible(path(name(0)), settings)).isFalse();
  }

  @Test
  void overwritesReadsAndLists() throws Exception {
    for (int version = 0; version < 12; version++) {
      write(name(version), "entry " + version);
    }
    Path last = path("_last_checkpoint");
    store.write(last, List.of("old").iterator(), true, settings);
    store.write(last, List.of("new", "lines").iterator(), true, settings);
    try (CloseableIterator<String> lines = store.read(last, settings)) {
      assertThat(lines).toIterable().containsExactly("new", "lines");
    }
    assertThat(names(10)).containsExactly(name(10), name(11), "_last_checkpoint");
    settings.setBoolean("delta.enableFastS3AListFrom", true);
    store = new ConditionalPutLogStore(settings);
    assertThat(names(10)).containsExactly(name(10), name(11), "_last_checkpoint");
    assertThat(names(12)).containsExactly("_last_checkpoint");
  }

  @Test
  void refusesAFileSystemThatLosesCommits() {
    Path local = new Path(directory.resolve(name(0)).toUri());
    assertThatThrownBy(() -> store.write(local, List.of("x").iterator(), false, settings))
        .hasMessageContaining("has no conditional put, without which commits are lost")
        .hasMessageContaining("LocalFileSystem")
        .hasMessageContaining("Use S3A of hadoop-aws 3.4.2 or later");
    settings.setBoolean("fs.s3a.create.conditional.enabled", false);
    assertThatThrownBy(() -> write(name(0), "x")).hasMessageContaining("has no conditional put");
    assertThat(directory).isEmptyDirectory();
  }

  private static boolean isPut(S3Request request) {
    return request.kind().equals("PUT log entry");
  }

  private void write(String name, String content) throws IOException {
    store.write(path(name), List.of(content).iterator(), false, settings);
  }

  private String stored(String name) throws IOException {
    return Files.readString(directory.resolve("t/_delta_log").resolve(name)).stripTrailing();
  }

  private List<String> names(int version) throws IOException {
    List<String> names = new ArrayList<>();
    Iterator<FileStatus> found = store.listFrom(path(name(version)), settings);
    found.forEachRemaining(file -> names.add(file.getPath().getName()));
    return names;
  }

  private static String name(int version) {
    return "%020d.json".formatted(version);
  }

  private Path path(String name) {
    return new Path("s3a://" + directory.getFileName() + "/t/_delta_log/" + name);
  }
}
