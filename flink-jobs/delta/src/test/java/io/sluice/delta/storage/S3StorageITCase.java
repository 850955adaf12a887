package io.sluice.delta.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.kernel.defaults.engine.fileio.SeekableInputStream;
import io.sluice.testkit.S3Server;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.parquet.io.PositionOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of a table on a real S3 server, and what they cost. */
class S3StorageITCase {

  private static final String ENTRY = "_delta_log/00000000000000000007.json";

  @TempDir Path bucket;

  private S3Fixture fixture;
  private S3Storage table;

  @BeforeEach
  void connect() throws IOException {
    fixture = S3Fixture.of(S3Server.shared());
    table = fixture.provenTable(bucket.getFileName().toString(), "lake/orders");
  }

  @AfterEach
  void disconnect() {
    fixture.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private List<String> requests(String... expected) {
    List<String> made = fixture.requests();
    assertThat(made).extracting(request -> request.split(" ")[0]).containsExactly(expected);
    fixture.forgetRequests();
    return made;
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    table.write("a/b.json", bytes("one"), false);
    requests("PUT");
    assertThat(bucket.resolve("lake/orders/a/b.json")).hasContent("one");
    assertThat(table.read("a/b.json", 3)).asString().isEqualTo("one");
    requests("GET");
    try (InputStream in = table.open("a/b.json")) {
      assertThat(in.readAllBytes()).asString().isEqualTo("one");
    }
    requests("GET");
    assertThat(table.exists("a/b.json")).isTrue();
    requests("HEAD");
    assertThat(table.exists("a")).isTrue();
    assertThat(table.isFolder("a")).isTrue();
    assertThat(table.isFolder("a/b.json")).isFalse();
    table.delete("a/b.json");
    table.delete("a/b.json");
    assertThat(table.exists("a/b.json")).isFalse();
    assertThat(table.isFolder("a")).isFalse();
  }

  @Test
  void aMissingFileIsNamedAsPeopleWriteIt() {
    String path = "s3://" + bucket.getFileName() + "/lake/orders/none";
    List<Callable<Object>> ways =
        List.of(
            () -> table.status("none"),
            () -> table.read("none", 10),
            () -> table.open("none"),
            () -> table.seekable("none", -1),
            () -> table.seekable("none", 10),
            () -> table.names("none", ""),
            () -> table.names("none", "x"),
            () -> table.files("none", "x"));
    for (Callable<Object> way : ways) {
      assertThatThrownBy(way::call).isInstanceOf(NoSuchFileException.class).hasMessage(path);
    }
  }

  @Test
  void aFileThatIsLargerThanItsKindIsNotRead() throws IOException {
    table.write("large", bytes("four"), true);
    table.write(ENTRY, bytes("four"), true);
    for (String name : List.of("large", ENTRY)) {
      assertThatIOException()
          .isThrownBy(() -> table.read(name, 3))
          .withMessageContaining("has more than 3 bytes")
          .withMessageContaining(name);
    }
  }

  @Test
  void aTakenNameStaysAsItIs() throws IOException {
    table.write("name", bytes("first"), false);
    assertThatThrownBy(() -> table.write("name", bytes("other"), false))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessage(table.path("name"));
    assertThatThrownBy(() -> table.write("name", bytes("longer than it"), false))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(table.read("name", 10)).asString().isEqualTo("first");
    table.write("name", bytes("other"), true);
    assertThat(table.read("name", 10)).asString().isEqualTo("other");
  }

  @Test
  void ofEightWritersOneWins() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      for (int round = 0; round < 20; round++) {
        String name = "_delta_log/%020d.json".formatted(round);
        CyclicBarrier start = new CyclicBarrier(8);
        List<Future<Boolean>> writers = new ArrayList<>();
        for (int writer = 0; writer < 8; writer++) {
          byte[] content = bytes("writer " + writer);
          writers.add(threads.submit(() -> wins(name, content, start)));
        }
        int winner = -1;
        for (int writer = 0; writer < 8; writer++) {
          if (writers.get(writer).get()) {
            assertThat(winner).as("two winners of round " + round).isNegative();
            winner = writer;
          }
        }
        assertThat(bucket.resolve("lake/orders").resolve(name)).hasContent("writer " + winner);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private boolean wins(String name, byte[] content, CyclicBarrier start) throws Exception {
    start.await();
    try {
      table.write(name, content, false);
      return true;
    } catch (FileAlreadyExistsException lost) {
      return false;
    }
  }

  @Test
  void anOwnFileIsKnownAndAnotherIsNoticed() throws IOException {
    table.write("file", bytes("one"), false);
    fixture.forgetRequests();
    StoredFile seen = table.status("file");
    requests();
    assertThat(seen.size()).isEqualTo(3);
    assertThat(Duration.between(seen.time(), Instant.now()).abs())
        .isLessThan(Duration.ofMinutes(1));
    assertThat(table.isUnchanged(seen)).isTrue();
    requests("HEAD");
    try (S3Fixture other = S3Fixture.of(S3Server.shared())) {
      S3Storage same = other.table(bucket.getFileName().toString(), "lake/orders");
      assertThat(same.isUnchanged(seen)).as("seen by another client").isTrue();
      same.write("file", bytes("two"), true);
    }
    assertThat(table.isUnchanged(seen)).as("after the same number of bytes at once").isFalse();
    table.delete("file");
    assertThat(table.isUnchanged(seen)).isFalse();
  }

  @Test
  void whatAListingHasToldIsKnown() throws IOException {
    table.write("folder/file", bytes("one"), true);
    StoredFile listed = table.files("folder", "").next();
    assertThat(table.isUnchanged(listed)).isTrue();
    assertThat(table.status("folder/file")).isEqualTo(listed);
    table.write("folder/file", bytes("two"), true);
    assertThat(table.isUnchanged(listed)).isFalse();
  }

  @Test
  void anEntryOfTheLogIsReadOnce() throws IOException {
    table.write(ENTRY, bytes("{}"), false);
    fixture.forgetRequests();
    assertThat(table.read(ENTRY, 10)).asString().isEqualTo("{}");
    assertThat(table.open(ENTRY).readAllBytes()).asString().isEqualTo("{}");
    requests();
    try (S3Fixture other = S3Fixture.of(S3Server.shared())) {
      S3Storage same = other.table(bucket.getFileName().toString(), "lake/orders");
      assertThat(same.seekable(ENTRY, 2).readAllBytes()).asString().isEqualTo("{}");
      assertThat(same.seekable(ENTRY, 2).readAllBytes()).asString().isEqualTo("{}");
      assertThat(other.requests()).hasSize(1);
    }
  }

  @Test
  void anEntryOfAnotherTableUnderTheSameNameIsReadAnew() throws IOException {
    table.write(ENTRY, bytes("old"), false);
    assertThat(table.read(ENTRY, 10)).asString().isEqualTo("old");
    try (S3Fixture other = S3Fixture.of(S3Server.shared())) {
      S3Storage same = other.table(bucket.getFileName().toString(), "lake/orders");
      same.delete(ENTRY);
      same.write(ENTRY, bytes("new"), false);
    }
    assertThat(table.files("_delta_log", "").hasNext()).isTrue();
    fixture.forgetRequests();
    assertThat(table.read(ENTRY, 10)).asString().isEqualTo("new");
    requests("GET");
  }

  @Test
  void aSmallNewFileIsOneRequest() throws IOException {
    NewFile file = table.create("part=1/a.parquet");
    PositionOutputStream out = file.create();
    out.write(bytes("rows"));
    out.write('!');
    assertThat(out.getPos()).isEqualTo(5);
    assertThatThrownBy(file::written).isInstanceOf(IllegalStateException.class);
    requests();
    out.close();
    out.close();
    requests("PUT");
    StoredFile written = file.written();
    assertThat(written.name()).isEqualTo("part=1/a.parquet");
    assertThat(written.size()).isEqualTo(5);
    assertThat(table.status("part=1/a.parquet")).isEqualTo(written);
    requests();
    assertThat(table.isUnchanged(written)).isTrue();
    requests("HEAD");
  }

  @Test
  void aRandomReaderSeesEachByte() throws IOException {
    byte[] content = new byte[3_000_000];
    new Random(1).nextBytes(content);
    table.write("large", content, true);
    fixture.forgetRequests();
    SeekableInputStream in = table.seekable("large", content.length);
    requests();
    in.seek(content.length - 8);
    in.readFully(new byte[8], 0, 8);
    readFully(in, content, content.length - 60_000, 60_000);
    requests("GET");
    assertThat(in.read()).isEqualTo(-1);
    readFully(in, content, 1_000_000, 1_500_000);
    requests("GET");
    Random random = new Random(2);
    for (int i = 0; i < 50; i++) {
      int from = random.nextInt(content.length);
      int length = random.nextInt(content.length - from);
      readFully(in, content, from, length);
    }
    in.seek(content.length - 3);
    assertThatThrownBy(() -> in.readFully(new byte[4], 0, 4)).isInstanceOf(EOFException.class);
    in.close();
  }

  private static void readFully(SeekableInputStream in, byte[] content, int from, int length)
      throws IOException {
    in.seek(from);
    assertThat(in.getPos()).isEqualTo(from);
    byte[] read = new byte[length];
    in.readFully(read, 0, length);
    assertThat(read).isEqualTo(Arrays.copyOfRange(content, from, from + length));
    assertThat(in.getPos()).isEqualTo(from + length);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1_048_576, 1_048_577, 3_000_000})
  void lengthsNeedNotBeKnown(int length) throws IOException {
    byte[] content = new byte[length];
    new Random(3).nextBytes(content);
    table.write("file", content, false);
    for (long known : new long[] {-1, length}) {
      try (SeekableInputStream in = table.seekable("file", known)) {
        assertThat(in.readAllBytes()).isEqualTo(content);
      }
    }
    try (InputStream in = table.open("file")) {
      assertThat(in.readAllBytes()).isEqualTo(content);
    }
  }

  @Test
  void aFileThatChangesWhileItIsReadIsNotMixed() throws IOException {
    byte[] content = new byte[3_000_000];
    table.write("file", content, true);
    SeekableInputStream in = table.seekable("file", -1);
    assertThat(in.read()).isZero();
    content[2_999_999] = 1;
    table.write("file", content, true);
    in.seek(2_000_000);
    assertThatIOException()
        .isThrownBy(in::read)
        .withMessage(table.path("file") + " was written anew while it was read. Read it again");
  }

  @Test
  void signsAndClockAreTheStores() throws IOException {
    Clock wrong = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
    table.sign("_sluice_reads/a.json", bytes("{}"), wrong);
    requests("PUT");
    assertThat(table.read("_sluice_reads/a.json", 9)).asString().isEqualTo("{}");
    Instant signed = table.status("_sluice_reads/a.json").time();
    fixture.forgetRequests();
    Duration since = Duration.between(signed, table.clock(Clock.systemUTC()).instant());
    requests();
    assertThat(since).isBetween(Duration.ofSeconds(-2), Duration.ofSeconds(5));
    try (S3Fixture other = S3Fixture.of(S3Server.shared())) {
      Clock clock =
          other.table(bucket.getFileName().toString(), "lake/orders").clock(Clock.systemUTC());
      assertThat(Duration.between(clock.instant(), Instant.now()).abs())
          .isLessThan(Duration.ofSeconds(3));
      clock.instant();
      assertThat(other.requests()).hasSize(1).first().asString().startsWith("HEAD");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b",
        "a%20b",
        "day=2026-01-01/x.parquet",
        "p=a%2Fb/x",
        "a+b",
        "größe",
        "日本/語",
        "\uD83D\uDE00",
        "a&b;c",
        "a'\"b",
        "~x",
        "a,b@c:d",
        ".hidden",
        "..x",
        "x..",
        "a/.../b",
        "a\\b",
        "$x",
        "[x]{y}"
      })
  void namesMayHaveAnyCharacters(String name) throws IOException {
    table.write(name, bytes(name), false);
    assertThat(bucket.resolve("lake/orders").resolve(name)).hasContent(name);
    assertThat(table.read(name, 100)).asString().isEqualTo(name);
    int slash = name.lastIndexOf('/');
    String folder = slash < 0 ? "" : name.substring(0, slash);
    String last = name.substring(slash + 1);
    assertThat(table.names(folder, "")).containsExactly(name);
    assertThat(table.names(folder, last)).containsExactly(name);
    assertThat(table.files(folder, last).next().name()).isEqualTo(name);
    assertThat(table.name(table.uri(name))).isEqualTo(name);
    List<StoredFile> walked = new ArrayList<>();
    table.walk(any -> true, S3ListingITCase.visitor(walked, new ArrayList<>()));
    assertThat(walked).extracting(StoredFile::name).containsExactly(name);
    table.delete(name);
    assertThat(table.exists(name)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "/a", "a/", "a//b", "a/./b", "a/../b", "../other/x"})
  void namesThatAreNoneAreRefused(String name) {
    assertThatThrownBy(() -> table.read(name, 1))
        .isInstanceOf(OutsideTableException.class)
        .hasMessageContaining("is no name of a file of the table " + table.table());
    assertThatThrownBy(() -> table.write(name, new byte[0], true))
        .isInstanceOf(OutsideTableException.class);
    assertThatThrownBy(() -> table.delete(name)).isInstanceOf(OutsideTableException.class);
    assertThat(fixture.requests()).isEmpty();
  }

  @Test
  void namesOfOtherTablesAreOutside() {
    String bucketName = bucket.getFileName().toString();
    for (String uri :
        List.of(
            "s3://" + bucketName + "/lake/orders2/a",
            "s3://" + bucketName + "/lake",
            "s3://other/lake/orders/a",
            "s3://" + bucketName + "/lake/orders/../b",
            "/lake/orders/a")) {
      assertThatThrownBy(() -> table.name(uri)).isInstanceOf(OutsideTableException.class);
    }
    assertThatThrownBy(() -> table.status("x".repeat(1100)))
        .isInstanceOf(OutsideTableException.class)
        .hasMessageContaining("more than 1024 bytes");
  }
}
