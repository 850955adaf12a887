package io.sluice.sandbox.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.sandbox.process.SandboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a home keeps its tables. */
class StorageChoiceTest {
  @TempDir Path folder;
  private SandboxHome home;

  @BeforeEach
  void makeHome() {
    home = new SandboxHome(folder.resolve("home"));
    home.create(Progress.silent());
  }

  private void choose(Storage storage) {
    StorageChoice.of(home).choose(storage, false);
  }

  @Test
  void isTheDiskUntilAnotherIsChosen() {
    assertThat(home.storage()).isEqualTo(Storage.DISK);
    choose(Storage.DISK);
    assertThat(home.root().resolve("storage")).doesNotExist();
    choose(Storage.S3);
    assertThat(home.storage()).isEqualTo(Storage.S3);
    assertThat(home.lake()).as("which would only confuse").doesNotExist();
    home.create(Progress.silent());
    assertThat(home.lake()).doesNotExist();
    choose(Storage.DISK);
    assertThat(home.storage()).isEqualTo(Storage.DISK);
  }

  @Test
  void staysWhereTheTablesAre() throws IOException {
    Files.createDirectories(home.lake().resolve("silver/trades"));
    Files.writeString(home.lake().resolve("silver/trades/part-0"), "");
    assertThatThrownBy(() -> choose(Storage.S3))
        .isInstanceOf(SandboxException.class)
        .hasMessage(
            "The home %s keeps its tables and the state of its jobs in folders of its own (--storage disk), and nothing moves from one storage to another: leave out --storage s3, or begin a home with --home DIR.",
            home.root());
    choose(Storage.DISK);
  }

  @Test
  void staysWhereTheStateOfJobsIs() throws IOException {
    choose(Storage.S3);
    Path checkpoint = home.bucket().resolve("flink/checkpoints/a/chk-1");
    Files.createDirectories(checkpoint);
    Files.writeString(checkpoint.resolve("_metadata"), "");
    assertThatThrownBy(() -> choose(Storage.DISK))
        .hasMessageContaining("in an object store (--storage s3)");
  }

  @Test
  void doesNotChangeUnderServersThatRun() {
    assertThatThrownBy(() -> StorageChoice.of(home).choose(Storage.S3, true))
        .hasMessage(
            "The servers of %s were started with --storage disk: stop them with 'sluice down', then start them with --storage s3.",
            home.root());
    assertThat(home.storage()).isEqualTo(Storage.DISK);
  }

  @Test
  void aDamagedFileIsNamed() throws IOException {
    Files.writeString(home.root().resolve("storage"), "tape");
    assertThatThrownBy(home::storage)
        .hasMessageContainingAll(home.root().resolve("storage").toString(), "'tape'", "disk or s3");
  }
}
