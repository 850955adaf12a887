package io.sluice.sandbox.cds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassArchiveTest {
  @TempDir private Path folder;
  private Path jar;

  /** What the archived JVM runs. */
  public static final class Program {
    private Program() {}

    /** Tells where its class comes from. */
    public static void main(String[] arguments) {
      System.out.println("ran");
    }
  }

  @BeforeEach
  void makeJar() throws IOException {
    jar = folder.resolve("a.jar");
    String entry = Program.class.getName().replace('.', '/') + ".class";
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        InputStream in = Program.class.getClassLoader().getResourceAsStream(entry)) {
      out.putNextEntry(new JarEntry(entry));
      in.transferTo(out);
    }
  }

  private ClassArchive archive(String mainClass) throws IOException {
    return ClassArchive.of(Files.createDirectories(folder.resolve("c d")), "p", mainClass, jars());
  }

  private List<Path> jars() {
    return List.of(jar);
  }

  private ClassArchive archive() throws IOException {
    return archive(Program.class.getName());
  }

  private Path draft(String instance) throws IOException {
    String flag = archive().flags(instance).get(0);
    assertThat(flag).startsWith("-XX:ArchiveClassesAtExit=");
    return Path.of(flag.substring(flag.indexOf('=') + 1));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("c d"))) {
      return files.toList();
    }
  }

  private Path published() throws IOException {
    Path draft = draft("one");
    Files.writeString(draft, "classes");
    ClassArchive.publish(draft, true);
    assertThat(draft).doesNotExist();
    return files().get(0);
  }

  @Test
  void aDraftBecomesTheArchiveOfLaterRuns() throws IOException {
    Path archive = published();
    assertThat(archive().flags("two"))
        .startsWith("-XX:SharedArchiveFile=" + archive, "-XX:+VerifySharedSpaces")
        .contains("-Xshare:auto");
  }

  @Test
  void aJavaWithoutAnArchiveOfItsOwnClassesWritesNone() throws IOException {
    assertThat(ClassArchive.isPossible(Path.of(System.getProperty("java.home")))).isTrue();
    Files.createDirectories(folder.resolve("jre/lib/server"));
    assertThat(ClassArchive.isPossible(folder.resolve("jre"))).isFalse();
  }

  @Test
  void isNotUsedForOtherJarsOrAnotherProgram() throws IOException {
    Path archive = published();
    assertThat(archive("Other").flags("two").get(0)).startsWith("-XX:ArchiveClassesAtExit=");
    Files.setLastModifiedTime(jar, FileTime.from(Instant.EPOCH));
    Path next = draft("two");
    Files.writeString(next, "other classes");
    ClassArchive.publish(next, true);
    assertThat(archive).doesNotExist();
    assertThat(files()).hasSize(1);
  }

  @Test
  void removesWhatLiesAboutButNoDraftThatIsBeingWritten() throws IOException {
    Path abandoned = Files.writeString(draft("long ago"), "");
    Files.setLastModifiedTime(abandoned, FileTime.from(Instant.EPOCH));
    Path written = Files.writeString(draft("right now"), "cl");
    Path other = Files.writeString(folder.resolve("c d/q-1.jsa"), "another program's");
    Path archive = published0(draft("one"));
    assertThat(files()).containsExactlyInAnyOrder(written, other, archive);
  }

  private Path published0(Path draft) throws IOException {
    Files.writeString(draft, "classes");
    ClassArchive.publish(draft, true);
    return files().stream()
        .filter(file -> file.toString().endsWith("-7.jsa"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theDraftOfAKilledProcessIsWorthNothing() throws IOException {
    Path draft = draft("one");
    ClassArchive.publish(draft, true);
    Files.writeString(draft, "cla");
    ClassArchive.publish(draft, false);
    Files.writeString(draft, "");
    ClassArchive.publish(draft, true);
    assertThat(files()).isEmpty();
  }

  @Test
  void anArchiveThatWasCutOffIsWrittenAnew() throws IOException {
    Path archive = published();
    Files.writeString(archive, "class");
    assertThat(draft("two")).doesNotExist();
  }

  @Test
  void aJvmMapsTheArchiveAndRunsWithoutOneThatIsDamaged() throws Exception {
    assertThat(run(archive().flags("one"))).isEqualTo("ran\n");
    ClassArchive.publish(draft("one"), true);
    List<String> sharing = archive().flags("two");
    assertThat(sharing.get(0)).startsWith("-XX:SharedArchiveFile=");
    assertThat(run(sharing, "-Xlog:class+load"))
        .containsPattern("ClassArchiveTest\\$Program source: shared objects file \\(top\\)");

    Path archive = files().get(0);
    Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("rw-------"));
    byte[] noise = new byte[20_000];
    new Random(1).nextBytes(noise);
    try (RandomAccessFile file = new RandomAccessFile(archive.toFile(), "rw")) {
      file.seek(file.length() / 2);
      file.write(noise);
    }
    assertThat(run(archive().flags("three"))).isEqualTo("ran\n");
  }

  @Test
  void knowsTheDraftOfARunningProcess() throws Exception {
    Path draft = draft("one");
    Process process =
        new ProcessBuilder("sh", "-c", "read x", "-XX:ArchiveClassesAtExit=" + draft).start();
    try {
      assertThat(ClassArchive.draftOf(process.pid())).hasValue(draft);
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(ClassArchive.draftOf(ProcessHandle.current().pid())).isEmpty();
  }

  private String run(List<String> flags, String... more) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of(more));
    command.addAll(List.of("-cp", jar.toString(), Program.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
