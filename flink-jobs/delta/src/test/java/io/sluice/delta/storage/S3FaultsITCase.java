package io.sluice.delta.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.delta.s3.S3Buffer;
import io.sluice.testkit.S3Server;
import io.sluice.testkit.fault.Fault;
import io.sluice.testkit.fault.FaultyS3;
import io.sluice.testkit.fault.S3Request;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.apache.parquet.io.PositionOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of a table on a real S3 server, behind a proxy that misbehaves. */
class S3FaultsITCase {

  private static final Predicate<S3Request> PUT = request -> request.method().equals("PUT");
  private static final Predicate<S3Request> GET = request -> request.method().equals("GET");
  private static final Predicate<S3Request> END =
      request -> request.method().equals("POST") && request.parameters().contains("uploadId");
  private static final int TWO_PARTS = 9 << 20;

  @TempDir Path bucket;

  private FaultyS3 proxy;
  private S3Fixture fixture;
  private S3Storage table;

  @BeforeEach
  void connect() throws IOException {
    proxy = FaultyS3.before(S3Server.shared().endpoint());
    fixture = new S3Fixture(S3Fixture.settings(S3Server.shared(), proxy.endpoint()));
    table = fixture.provenTable(bucket.getFileName().toString(), "lake/orders");
    proxy.resetCounts();
  }

  @AfterEach
  void disconnect() throws IOException {
    fixture.close();
    proxy.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static byte[] random(int length) {
    byte[] content = new byte[length];
    new Random(length).nextBytes(content);
    return content;
  }

  private Path file(String name) {
    return bucket.resolve("lake/orders").resolve(name);
  }

  private List<String> unfinished() throws IOException {
    List<StoredFile> shown = new ArrayList<>();
    try {
      table.walk(any -> true, S3ListingITCase.visitor(shown, new ArrayList<>()));
    } catch (NoSuchFileException nothing) {
      return List.of();
    }
    return shown.stream()
        .map(StoredFile::name)
        .filter(name -> name.startsWith("unfinished"))
        .toList();
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"LOST_REPLY", "CONFLICT_WHEN_DONE"})
  void aLostReplyOfAClaimIsKnownAsOurs(Fault fault) throws IOException {
    table.write("there", new byte[0], true);
    proxy.strike(PUT, 1, fault);
    table.write("_delta_log/00000000000000000001.json", bytes("ours"), false);
    assertThat(file("_delta_log/00000000000000000001.json")).hasContent("ours");
    StoredFile made = table.status("_delta_log/00000000000000000001.json");
    assertThat(made.size()).isEqualTo(4);
    assertThat(table.isUnchanged(made)).isTrue();
  }

  @Test
  void aConflictIsTriedAgain() throws IOException {
    for (int attempt = 1; attempt <= 5; attempt++) {
      proxy.strike(PUT, attempt, Fault.CONFLICT);
    }
    table.write("claimed", bytes("ours"), false);
    assertThat(file("claimed")).hasContent("ours");
    assertThat(proxy.struck()).containsEntry(Fault.CONFLICT, 5L);
  }

  @Test
  void conflictsWithoutEndAreTold() {
    proxy.strikeAll(PUT, Fault.CONFLICT);
    assertThatIOException()
        .isThrownBy(() -> table.write("claimed", bytes("ours"), false))
        .withMessageStartingWith(table.path("claimed") + " cannot be written: ")
        .withMessageContaining(
            "answered each of 10 attempts that another writer wants the same name");
    assertThat(proxy.struck()).containsEntry(Fault.CONFLICT, 10L);
  }

  @Test
  void anotherWritersFileBehindALostReplyIsNotOurs() throws IOException {
    Files.createDirectories(file(""));
    Files.writeString(file("claimed"), "them");
    proxy.strike(PUT, 1, Fault.LOST_REPLY);
    assertThatThrownBy(() -> table.write("claimed", bytes("ours"), false))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(file("claimed")).hasContent("them");
  }

  /** What an overloaded store gets besides are longer pauses. */
  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"INTERNAL_ERROR", "LOST_REPLY", "CUT_REQUEST", "CUT_REPLY"})
  void eachKindOfRequestIsTriedAgain(Fault fault) throws IOException {
    byte[] content = random(3_000_000);
    proxy.strikeByChance(7, 0.4, fault);
    for (int round = 0; round < 6; round++) {
      String name = "folder/%03d".formatted(round);
      table.write(name, content, false);
      assertThat(table.read(name, content.length)).isEqualTo(content);
      assertThat(table.seekable(name, content.length).readAllBytes()).isEqualTo(content);
      StoredFile listed = table.files("folder", "%03d".formatted(round)).next();
      assertThat(table.isUnchanged(listed)).isTrue();
      assertThat(table.names("folder", "")).hasSize(1);
      table.delete(name);
      assertThat(table.exists(name)).isFalse();
    }
    assertThat(proxy.struck().get(fault)).isGreaterThan(5);
  }

  @Test
  void aFileOfSeveralPartsIsVisibleWholeOrNotAtAll() throws IOException {
    byte[] content = random(20_000_000);
    NewFile file = table.create("day=1/large.parquet");
    PositionOutputStream out = file.create();
    for (int written = 0; written < content.length; written += 1_000_000) {
      out.write(content, written, 1_000_000);
      assertThat(file("day=1/large.parquet")).doesNotExist();
    }
    assertThat(unfinished()).containsExactly("unfinished day=1/large.parquet");
    out.close();
    assertThat(file("day=1/large.parquet")).hasBinaryContent(content);
    assertThat(unfinished()).isEmpty();
    assertThat(file.written().size()).isEqualTo(20_000_000);
    assertThat(table.isUnchanged(file.written())).isTrue();
    assertThat(table.status("day=1/large.parquet").size()).isEqualTo(20_000_000);
  }

  @Test
  void manyOpenFilesKeepToTheBudget() throws IOException {
    S3Buffer.Budget budget = new S3Buffer.Budget(1 << 20);
    byte[] content = random(200_000);
    List<PositionOutputStream> open = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      PositionOutputStream out = new S3Upload(table, table.at("part=" + i), budget).create();
      out.write(content, 0, content.length);
      open.add(out);
    }
    assertThat(budget.free()).isZero();
    for (PositionOutputStream out : open) {
      out.close();
    }
    assertThat(budget.free()).isEqualTo(1 << 20);
    assertThat(table.names("", "")).hasSize(64);
    assertThat(file("part=63")).hasBinaryContent(content);
  }

  @Test
  void anAbandonedFileLeavesNothing() throws IOException {
    NewFile file = table.create("gone");
    PositionOutputStream out = file.create();
    out.write(random(TWO_PARTS), 0, TWO_PARTS);
    assertThat(unfinished()).hasSize(1);
    file.abandon();
    file.abandon();
    out.write(1);
    out.close();
    assertThat(file("gone")).doesNotExist();
    assertThat(unfinished()).isEmpty();
    assertThatThrownBy(file::written).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anInterruptedThreadCanGiveAFileUp() throws IOException {
    NewFile file = table.create("gone");
    PositionOutputStream out = file.create();
    out.write(random(TWO_PARTS), 0, TWO_PARTS);
    Thread.currentThread().interrupt();
    file.abandon();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(unfinished()).isEmpty();
  }

  @Test
  void aFileWhosePartCannotBePutLeavesNothing() throws IOException {
    table.write("there", new byte[0], true);
    NewFile file = table.create("gone");
    PositionOutputStream out = file.create();
    proxy.strikeAll(request -> request.parameters().contains("partNumber"), Fault.INTERNAL_ERROR);
    assertThatIOException()
        .isThrownBy(() -> out.write(random(TWO_PARTS), 0, TWO_PARTS))
        .withMessageStartingWith(table.path("gone") + " cannot be written: ")
        .withMessageContaining("answers 500 (InternalError) to each of up to 6 attempts");
    assertThatIOException()
        .isThrownBy(() -> out.write(1))
        .withMessageStartingWith("An earlier write failed: ");
    out.close();
    proxy.calm();
    assertThat(file("gone")).doesNotExist();
    assertThat(unfinished()).isEmpty();
  }

  @Test
  void aLostReplyOfACompletionIsKnownAsOurs() throws IOException {
    byte[] content = random(TWO_PARTS);
    NewFile file = table.create("large");
    PositionOutputStream out = file.create();
    out.write(content, 0, content.length);
    proxy.strike(END, 1, Fault.LOST_REPLY);
    out.close();
    assertThat(proxy.struck()).containsEntry(Fault.LOST_REPLY, 1L);
    assertThat(file("large")).hasBinaryContent(content);
    assertThat(file.written().size()).isEqualTo(content.length);
    assertThat(table.isUnchanged(file.written())).isTrue();
  }

  @Test
  void anUploadThatAVacuumAbortedIsTold() throws IOException {
    NewFile file = table.create("large");
    PositionOutputStream out = file.create();
    out.write(random(TWO_PARTS), 0, TWO_PARTS);
    List<TableStorage.Removal> removals = new ArrayList<>();
    table.walk(any -> true, S3ListingITCase.visitor(new ArrayList<>(), removals));
    removals.get(0).run();
    assertThatIOException()
        .isThrownBy(out::close)
        .withMessageContaining(table.path("large") + " cannot be written: ");
    assertThat(file("large")).doesNotExist();
  }

  private StagedFile staged(String name, byte[] content) throws IOException {
    StagedFile staged = table.stage(name);
    staged.storage().write(staged.name(), content, true);
    return staged;
  }

  private static boolean isGone(StagedFile staged) {
    return !Files.exists(staged.storage().root());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100, TWO_PARTS})
  void aStagedFileIsReadBackBeforeItAppears(int length) throws IOException {
    byte[] content = random(length);
    StagedFile staged = staged("_delta_log/x.checkpoint.parquet", content);
    assertThat(Files.getPosixFilePermissions(staged.storage().root()))
        .as("for this user only")
        .hasSize(3)
        .allMatch(right -> right.name().startsWith("OWNER"));
    assertThat(staged.storage().read(staged.name(), length)).isEqualTo(content);
    assertThat(file("_delta_log/x.checkpoint.parquet")).doesNotExist();
    staged.publish(false);
    assertThat(file("_delta_log/x.checkpoint.parquet")).hasBinaryContent(content);
    assertThat(isGone(staged)).isTrue();

    StagedFile same = staged("_delta_log/x.checkpoint.parquet", content);
    same.publish(false);
    assertThat(isGone(same)).isTrue();

    byte[] others = random(length + 1);
    StagedFile other = staged("_delta_log/x.checkpoint.parquet", others);
    assertThatThrownBy(() -> other.publish(false)).isInstanceOf(FileAlreadyExistsException.class);
    assertThat(isGone(other)).isTrue();
    assertThat(file("_delta_log/x.checkpoint.parquet")).hasBinaryContent(content);

    StagedFile over = staged("_delta_log/x.checkpoint.parquet", others);
    over.publish(true);
    assertThat(file("_delta_log/x.checkpoint.parquet")).hasBinaryContent(others);
    assertThat(isGone(over)).isTrue();
    assertThat(unfinished()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"LOST_REPLY", "CONFLICT", "CONFLICT_WHEN_DONE", "SLOW_DOWN"})
  void aLargeStagedFileAppearsInSpiteOfFaults(Fault fault) throws IOException {
    byte[] content = random(TWO_PARTS);
    StagedFile staged = staged("large", content);
    proxy.strike(END, 1, fault);
    staged.publish(false);
    assertThat(proxy.struck()).containsEntry(fault, 1L);
    assertThat(file("large")).hasBinaryContent(content);
    assertThat(unfinished()).isEmpty();
  }

  @Test
  void aDiscardedStagedFileLeavesNothing() throws IOException {
    StagedFile staged = staged("gone", bytes("x"));
    Exception failure = new IOException("for a reason");
    staged.discard(failure);
    staged.discard(failure);
    assertThat(isGone(staged)).isTrue();
    assertThat(failure.getSuppressed()).isEmpty();
    assertThat(file("gone")).doesNotExist();
  }

  @Test
  void aReadIsCutAndGoesOn() throws IOException {
    byte[] content = random(6_000_000);
    table.write("large", content, true);
    proxy.strike(GET, 2, Fault.CUT_REPLY);
    proxy.strike(GET, 4, Fault.CUT_REPLY);
    assertThat(table.open("large").readAllBytes()).isEqualTo(content);
    assertThat(proxy.struck()).containsEntry(Fault.CUT_REPLY, 2L);
  }

  @Test
  void aCopyOnDiskIsTheFile(@TempDir Path copies) throws IOException {
    byte[] content = random(3_000_000);
    table.write("day=1/a%20b", content, true);
    Path copy = table.onDisk("day=1/a%20b", copies);
    assertThat(copy).startsWith(copies).hasBinaryContent(content);
    assertThat(table.onDisk("day=1/a%20b", copies)).isEqualTo(copy);
  }
}
