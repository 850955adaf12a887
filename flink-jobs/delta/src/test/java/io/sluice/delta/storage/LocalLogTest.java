package io.sluice.delta.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.defaults.engine.fileio.FileIO;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.utils.FileStatus;
import io.sluice.delta.log.LiveFile;
import io.sluice.delta.log.TableLog;
import io.sluice.delta.maintain.DeltaMaintenance;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Asking for names one after the other shows what listing the directory shows. */
class LocalLogTest {

  private static final RowType TYPE =
      RowType.of(new LogicalType[] {new BigIntType()}, new String[] {"id"});

  @TempDir Path lake;

  private TestingTable table;
  private Path log;
  private long rows;

  @BeforeEach
  void aTable() throws Exception {
    table = new TestingTable(lake.resolve("t"), TYPE);
    log = table.path.resolve("_delta_log");
    append(2);
  }

  private void append(int versions) throws Exception {
    for (int i = 0; i < versions; i++) {
      table.append(GenericRowData.of(rows++));
    }
  }

  /** What an engine sees of the latest version, or why it sees nothing. */
  private String seen(Engine engine) throws IOException {
    Snapshot snapshot;
    try {
      snapshot = TableManager.loadSnapshot(TestingStorage.address(table.path)).build(engine);
    } catch (RuntimeException e) {
      return e.getClass().getSimpleName();
    }
    TreeSet<String> files = new TreeSet<>();
    for (LiveFile file : LiveFile.in(engine, snapshot)) {
      files.add(file.path());
    }
    return snapshot.getVersion()
        + " "
        + files
        + " "
        + new TreeSet<>(
            TableLog.transactions(engine, snapshot).entrySet().stream()
                .map(Object::toString)
                .toList());
  }

  /** Lists the whole directory each time. */
  private Engine listing() {
    TableFileIO files = new TableFileIO(TestingStorage.of(table.path));
    FileIO listed =
        (FileIO)
            Proxy.newProxyInstance(
                FileIO.class.getClassLoader(),
                new Class<?>[] {FileIO.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("listFrom")) {
                    return Utils.toCloseableIterator(list((String) arguments[0]).iterator());
                  }
                  try {
                    return method.invoke(files, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    return new TableEngine(listed, TestingStorage.of(table.path));
  }

  private List<FileStatus> list(String from) throws IOException {
    LocalStorage storage = LocalStorage.of(table.path);
    List<FileStatus> found = new ArrayList<>();
    for (String name : storage.names("_delta_log", LogNames.last(storage.name(from)))) {
      boolean shown = !LogNames.isCheckpoint(name) || CheckpointFile.tear(storage, name).isEmpty();
      if (Files.isRegularFile(table.path.resolve(name)) && shown) {
        found.add(TableFileIO.status(storage, name));
      }
    }
    return found;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void whateverOthersDoToTheLog(long seed) throws Exception {
    Random random = new Random(seed);
    List<String> steps = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      steps.add(step(random));
      assertThat(seen(TableEngine.of(TestingStorage.of(table.path))))
          .as("after %s", steps)
          .isEqualTo(seen(listing()));
      if (seen(listing()).endsWith("Exception")) {
        return;
      }
    }
  }

  private String step(Random random) throws Exception {
    long latest = DeltaTables.latestVersion(TestingStorage.address(table.path));
    int kind = random.nextInt(100);
    if (kind < 40) {
      append(1 + random.nextInt(6));
      return "append";
    } else if (kind < 55) {
      DeltaMaintenance.checkpoint(TestingStorage.address(table.path), false);
      return "checkpoint at " + latest;
    } else if (kind < 63) {
      return checkpointOfAnotherForm(random, latest);
    } else if (kind < 70) {
      Files.deleteIfExists(log.resolve("_last_checkpoint"));
      return "no last checkpoint";
    } else if (kind < 77) {
      Files.deleteIfExists(log.resolve("%020d.crc".formatted(random.nextLong(latest + 1))));
      return "no checksum";
    } else if (kind < 84) {
      long torn = random.nextLong(latest + 1);
      Path checkpoint = log.resolve("%020d.checkpoint.parquet".formatted(torn));
      if (Files.exists(checkpoint)) {
        Files.write(checkpoint, new byte[] {'P', 'A', 'R', '1'});
      }
      return "torn checkpoint " + torn;
    } else if (kind < 91) {
      return cleanUp();
    } else if (kind < 97) {
      Files.writeString(
          log.resolve("_last_checkpoint"),
          "{\"version\":%d,\"size\":1}".formatted(random.nextLong(latest + 1)));
      return "another last checkpoint";
    }
    long missing = random.nextLong(latest + 1);
    Files.deleteIfExists(TestingLog.entry(table.path, missing));
    return "gap at " + missing;
  }

  /** With a name of its own, or as the only one of several parts. */
  private String checkpointOfAnotherForm(Random random, long latest) throws Exception {
    DeltaMaintenance.checkpoint(TestingStorage.address(table.path), false);
    Path single = log.resolve("%020d.checkpoint.parquet".formatted(latest));
    if (!Files.exists(single)) {
      return "nothing";
    }
    boolean named = random.nextBoolean();
    String name =
        named
            ? "%020d.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.parquet".formatted(latest)
            : "%020d.checkpoint.%010d.%010d.parquet".formatted(latest, 1, 1);
    Files.move(single, log.resolve(name), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    Files.writeString(
        log.resolve("_last_checkpoint"),
        named
            ? "{\"version\":%d,\"size\":1,\"v2Checkpoint\":{\"path\":\"%s\"}}"
                .formatted(latest, name)
            : "{\"version\":%d,\"size\":1,\"parts\":1}".formatted(latest));
    return "checkpoint " + name;
  }

  private String cleanUp() throws IOException {
    long checkpoint =
        new ObjectMapper()
            .readTree(
                Files.exists(log.resolve("_last_checkpoint"))
                    ? Files.readString(log.resolve("_last_checkpoint"))
                    : "{}")
            .path("version")
            .asLong(0);
    Path file = log.resolve("%020d.checkpoint.parquet".formatted(checkpoint));
    if (Files.exists(file)
        && CheckpointFile.tear(LocalStorage.of(table.path), LogNames.checkpoint(checkpoint))
            .isEmpty()) {
      new TestingLog(table.path).cleanUp(checkpoint);
      return "clean-up to " + checkpoint;
    }
    return "nothing";
  }

  private boolean isProbed(long from) throws IOException {
    return LocalLog.probe(LocalStorage.of(table.path), "%020d.".formatted(from)).isPresent();
  }

  @Test
  void aGapIsForAListingToSee() throws Exception {
    append(10);
    assertThat(isProbed(10)).isTrue();
    Files.delete(TestingLog.entry(table.path, 11));

    assertThat(isProbed(10)).isFalse();
    assertThat(seen(TableEngine.of(TestingStorage.of(table.path))))
        .isEqualTo("InvalidTableException");
  }

  @Test
  void aVersionWithoutACheckpointIsNoStart() throws Exception {
    append(10);

    assertThat(isProbed(0)).isTrue();
    assertThat(isProbed(10)).isTrue();
    assertThat(isProbed(11)).isFalse();
    assertThat(isProbed(13)).isFalse();
  }

  @Test
  void aCheckpointWithANameOfItsOwnIsFoundByTheFileThatNamesIt() throws Exception {
    append(10);
    String name = "%020d.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.parquet".formatted(10);
    Files.move(log.resolve("%020d.checkpoint.parquet".formatted(10)), log.resolve(name));
    assertThat(isProbed(10)).isFalse();
    Files.writeString(
        log.resolve("_last_checkpoint"),
        "{\"version\":10,\"size\":1,\"v2Checkpoint\":{\"path\":\"%s\"}}".formatted(name));

    assertThat(isProbed(10)).isTrue();
    new TestingLog(table.path).cleanUp(10);
    assertThat(table.rows()).hasSize(12);
  }
}
