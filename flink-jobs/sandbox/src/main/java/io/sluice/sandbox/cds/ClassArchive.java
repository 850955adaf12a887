package io.sluice.sandbox.cds;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The classes of one program as its JVM has loaded and verified them (class-data sharing). The
 * first run that ends in order writes them to a draft; {@link #publish} turns it into the archive
 * that later runs map into memory. A JVM that cannot use an archive loads the classes as usual, but
 * one that maps a file that was cut off crashes: the archive's name tells its size.
 */
public final class ClassArchive {

  private static final String WRITE = "-XX:ArchiveClassesAtExit=";
  private static final String READ = "-XX:SharedArchiveFile=";
  private static final String ARCHIVE = ".jsa";
  private static final String DRAFT = ".draft";

  /** Drafts of this age belong to no process that is just ending. */
  private static final Duration ABANDONED = Duration.ofHours(1);

  /** Without a line in the server's log for each class that no archive can hold. */
  private static final List<String> QUIET =
      List.of("-Xshare:auto", "-Xlog:cds=off,cds+dynamic=off");

  /** Compares checksums: damage of other kinds would crash the JVM, too. */
  private static final String VERIFY = "-XX:+VerifySharedSpaces";

  private final Path folder;
  private final String stem;

  private ClassArchive(Path folder, String stem) {
    this.folder = folder;
    this.stem = stem;
  }

  /**
   * Whether a Java writes archives: they lie above the one of its own classes, which runtimes that
   * were cut to size often lack. Such a JVM would refuse to start.
   *
   * @param javaHome the folder of Java
   */
  static boolean isPossible(Path javaHome) {
    return Files.isRegularFile(javaHome.resolve("lib/server/classes.jsa"));
  }

  /** Whether the Java of this process does, by which the servers are started, too. */
  public static boolean isPossible() {
    return isPossible(Path.of(System.getProperty("java.home")));
  }

  /**
   * The archive of a program. Its name changes with the JVM, the main class and the name, size and
   * time of each jar.
   *
   * @param folder where archives are; it exists
   * @param name names the program among those of the folder
   * @param classPath jars
   */
  public static ClassArchive of(Path folder, String name, String mainClass, List<Path> classPath)
      throws IOException {
    Objects.requireNonNull(mainClass, "mainClass");
    StringBuilder identity = new StringBuilder();
    for (String property : List.of("java.home", "java.vm.name", "java.vm.version", "os.arch")) {
      identity.append(System.getProperty(property)).append('\n');
    }
    identity.append(mainClass).append('\n');
    for (Path jar : classPath) {
      identity
          .append(jar)
          .append('\n')
          .append(Files.size(jar))
          .append(' ')
          .append(Files.getLastModifiedTime(jar).toMillis())
          .append('\n');
    }
    return new ClassArchive(folder, name + "-" + digest(identity.toString()));
  }

  /**
   * The JVM's options to use the archive or, while there is none, to write its draft.
   *
   * @param instance tells drafts of runs at the same time from each other
   */
  public List<String> flags(String instance) throws IOException {
    Optional<Path> archive = find();
    Path draft = folder.resolve(stem + ARCHIVE + "." + instance + DRAFT);
    return Stream.concat(
            archive.map(file -> Stream.of(READ + file, VERIFY)).orElse(Stream.of(WRITE + draft)),
            QUIET.stream())
        .toList();
  }

  private Optional<Path> find() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(this::isWhole).findFirst();
    }
  }

  private boolean isWhole(Path file) {
    return file.getFileName().toString().equals(name(stem, file.toFile().length()));
  }

  private static String name(String stem, long bytes) {
    return stem + "-" + bytes + ARCHIVE;
  }

  /**
   * The draft that a running process will write at its end; empty if it writes none.
   *
   * @param pid its number
   */
  public static Optional<Path> draftOf(long pid) {
    Path process = Path.of("/proc", Long.toString(pid));
    try {
      String words = Files.readString(process.resolve("cmdline"), StandardCharsets.UTF_8);
      return Arrays.stream(words.split("\0"))
          .filter(word -> word.startsWith(WRITE))
          .map(word -> Path.of(word.substring(WRITE.length())))
          .findFirst();
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  /**
   * Makes a draft the archive and removes the program's former archives, which running processes
   * keep until they end. A draft of a process that was killed is removed.
   *
   * @param inOrder whether the process ended by itself, so that the draft is whole
   */
  public static void publish(Path draft, boolean inOrder) throws IOException {
    if (!Files.exists(draft)) {
      return;
    }
    long bytes = Files.size(draft);
    if (!inOrder || bytes == 0) {
      Files.delete(draft);
      return;
    }
    String name = draft.getFileName().toString();
    String stem = name.substring(0, name.indexOf(ARCHIVE + "."));
    Path archive = draft.resolveSibling(name(stem, bytes));
    Files.move(draft, archive, StandardCopyOption.ATOMIC_MOVE);
    removeOthers(archive, stem.substring(0, stem.lastIndexOf('-') + 1));
  }

  private static void removeOthers(Path archive, String program) throws IOException {
    Instant old = Instant.now().minus(ABANDONED);
    try (Stream<Path> files = Files.list(archive.getParent())) {
      for (Path other : files.filter(file -> !file.equals(archive)).toList()) {
        String name = other.getFileName().toString();
        boolean inUse =
            name.endsWith(DRAFT) && Files.getLastModifiedTime(other).toInstant().isAfter(old);
        if (name.startsWith(program) && !inUse) {
          Files.deleteIfExists(other);
        }
      }
    }
  }

  private static String digest(String text) {
    try {
      byte[] all =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(all, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }
}
