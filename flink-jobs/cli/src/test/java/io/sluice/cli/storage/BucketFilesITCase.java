package io.sluice.cli.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.sandbox.home.ObjectStore;
import io.sluice.sandbox.secrets.ObjectStoreKeys;
import io.sluice.testkit.S3Server;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.flink.core.fs.FileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects of a bucket as files, on a real server. */
class BucketFilesITCase {
  private static final Path PLUGINS = Path.of("../sandbox/dist/target/servers/flink/plugins");

  @TempDir private static Path buckets;
  @TempDir private Path copies;
  private static S3Server server;

  private final StoredFiles files = StoredFiles.of("s3://company/lake");
  private Path bucket;

  @BeforeAll
  static void start() throws IOException {
    server = S3Server.start(buckets);
    ObjectStoreAccess.grant(store(server.secretKey()), PLUGINS.toAbsolutePath().normalize());
  }

  @AfterAll
  static void stop() throws IOException {
    ObjectStoreAccess.properties(store("")).keySet().forEach(System::clearProperty);
    server.close();
  }

  private static ObjectStore store(String secretKey) {
    return new ObjectStore(
        server.endpoint().toString(), new ObjectStoreKeys(server.accessKey(), secretKey));
  }

  @BeforeEach
  void makeBucket() throws IOException {
    bucket = Files.createDirectories(buckets.resolve("company"));
  }

  private void write(String key, String text) throws IOException {
    Path file = bucket.resolve(key);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void areListedReadAndCopied() throws IOException {
    write("state/savepoints/city/savepoint-1/_metadata", "m");
    write("state/savepoints/city/savepoint-2/part", "p");
    write("state/savepoints/_metadata", "none of a folder");

    assertThat(files.hasFolder("s3://company/state/savepoints/city")).isTrue();
    assertThat(files.hasFolder("s3://company/state/save")).isFalse();
    assertThat(files.folders("s3://company/state/savepoints"))
        .containsExactly("s3://company/state/savepoints/city");
    assertThat(files.folders("s3://company/state/savepoints/city"))
        .containsExactly(
            "s3://company/state/savepoints/city/savepoint-1",
            "s3://company/state/savepoints/city/savepoint-2");
    assertThat(files.folders("s3://company/nothing")).isEmpty();
    String metadata = "s3://company/state/savepoints/city/savepoint-1/_metadata";
    assertThat(files.written(metadata).orElseThrow())
        .isBetween(Instant.now().minus(Duration.ofMinutes(5)), Instant.now().plusSeconds(1));
    assertThat(files.written(metadata + "x")).isEmpty();
    assertThat(files.read(metadata)).hasValue("m".getBytes());
    assertThat(files.read(metadata + "x")).isEmpty();
    assertThat(files.local(metadata, copies)).hasContent("m").hasParent(copies);
  }

  @Test
  void goWithAllThatIsInThem() throws IOException {
    for (int i = 0; i < 1_100; i++) {
      write("lake/silver/trades/part-" + i, "x");
    }
    // Flink's file system takes an empty object for a folder, and leaves it.
    write("lake/silver/trades/_sluice_learned/0.files", "");
    write("lake/silver/trades/_delta_log/00000000000000000000.json", "{}");
    write("lake/silver/trades2/part-0", "x");
    files.remove("s3://company/lake/silver/trades");
    assertThat(files.hasFolder("s3://company/lake/silver/trades")).isFalse();
    assertThat(files.hasFolder("s3://company/lake/silver/trades2")).isTrue();
    files.remove("s3://company/lake/silver/trades");
  }

  @Test
  void flinkReadsThemInThisProcess() throws IOException {
    write("flink/x", "xyz");
    ObjectStoreAccess.requireFlink("s3://company/flink/x");
    assertThat(
            FileSystem.get(URI.create("s3://company/flink/x"))
                .getFileStatus(new org.apache.flink.core.fs.Path("s3://company/flink/x"))
                .getLen())
        .isEqualTo(3);
  }

  @Test
  void whoIsNotLetInIsToldWhatToDo() throws IOException {
    ObjectStoreAccess.grant(store("wrong"), PLUGINS);
    try {
      for (String address : List.of("s3://company/lake", "s3://no-such-bucket/lake")) {
        assertThatThrownBy(() -> files.read(address))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("The object store cannot be asked for " + address)
            .hasMessageContaining("See that it runs and that AWS_ENDPOINT_URL_S3");
      }
    } finally {
      ObjectStoreAccess.grant(store(server.secretKey()), PLUGINS.toAbsolutePath().normalize());
    }
  }
}
