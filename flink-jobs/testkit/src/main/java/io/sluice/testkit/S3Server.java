package io.sluice.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A real S3 server, s3proxy, in a process of its own on 127.0.0.1 with a random port and random
 * credentials. It is up in about a second, with at most 256 MB of heap. It ends with {@link #close}
 * or with the virtual machine that started it, also when that is killed. Thread-safe.
 *
 * <p><b>Buckets are folders.</b> Each folder of the base folder whose name has at least three
 * characters is a bucket, with letters of either case, from the moment when it is there: a test
 * needs no call to make one. Files in it are objects, whoever writes them, and objects are files:
 * {@code s3://junit-123/orders/a.parquet} is {@code <base>/junit-123/orders/a.parquet}. Nothing is
 * cached. Size and time are those of the file; times come in whole seconds, as they do from S3. So
 * one assertion on files serves a test on a local disk and on S3.
 *
 * <p>Tested here, as S3 has it: a put with {@code If-None-Match: *} that several race for has one
 * winner (the others get 412), also when the file was made by a test; the same for the completion
 * of a multipart upload; {@code start-after}, {@code delimiter}, pages; {@code Range}; names with
 * {@code %}, {@code =}, {@code +}, blanks, beyond ASCII, in either case, and beginning with {@code
 * .} or {@code _}; the order of a list is that of the whole names' bytes. Multipart uploads that
 * nobody ended are listed by ListMultipartUploads and are no objects.
 *
 * <p><b>What differs from S3</b>, and what a test must not trip over:
 *
 * <ul>
 *   <li>A put is not invisible until it is whole: while its body arrives there is an object {@code
 *       <key>-<uuid>} beside its key, and it stays if the server is killed meanwhile. Under the key
 *       itself there is never a part.
 *   <li>ETags live in an extended attribute of the file. A file that a test wrote has none: the
 *       list and the answers carry no ETag, and {@code If-Match} on a GET is ignored. A file that a
 *       test overwrites in place keeps the ETag of its former content; one that replaces it by a
 *       move has none. Where the file system has no extended attributes no object has an ETag.
 *   <li>A put with {@code If-Match} is not atomic: only new names can be claimed.
 *   <li>Deleting the last object of a folder deletes the folder, and its parents up to the bucket
 *       if they are empty then. An empty folder that a test made is a common prefix of a list with
 *       a delimiter, and nothing without. A put that meets such an end is answered with 500,
 *       rarely.
 *   <li>A name cannot be an object and a folder: a put of {@code a/b} when there is {@code a}, or
 *       the other way round, is answered with 500.
 *   <li>Multipart uploads lie as hidden files at the top of the bucket ({@code .mpus-*}, {@code
 *       .s3proxy-mpu-stub-*}) until they end; lists do not show them, a walk over the bucket's
 *       folder does.
 *   <li>It follows symbolic links, also out of the bucket; on S3 there are none.
 *   <li>Files that it writes may be read by their owner and group only (mode 640).
 *   <li>A listing walks the folders: 2,500 entries take seconds.
 * </ul>
 */
public final class S3Server implements AutoCloseable {

  private static final String MODULE = "flink-jobs/testkit";
  private static final Duration START = Duration.ofSeconds(60);
  private static final Pattern LISTENING =
      Pattern.compile("Started .*ServerConnector.*\\{127\\.0\\.0\\.1:(\\d+)}");

  private static S3Server shared;

  private final Path base;
  private final Path directory;
  private final String accessKey;
  private final String secretKey;
  private final Process process;
  private final URI endpoint;

  private S3Server(Path base, Path directory, String accessKey, String secretKey)
      throws IOException {
    this.base = base;
    this.directory = directory;
    this.accessKey = accessKey;
    this.secretKey = secretKey;
    writeConfiguration();
    process = launch(BuiltFile.find(MODULE, "s3proxy.jar"));
    endpoint = URI.create("http://127.0.0.1:" + awaitPort());
  }

  /**
   * The server of all tests of this virtual machine, started when it is first asked for, on the
   * folder in which JUnit makes temporary folders: the folder {@code junit-123} is the bucket
   * {@code junit-123}. It ends with the virtual machine; nobody closes it.
   *
   * @throws IOException like {@link #start}
   */
  public static synchronized S3Server shared() throws IOException {
    if (shared == null) {
      Path directory = temporary();
      shared = new S3Server(directory.getParent(), directory, "test" + random(8), random(20));
      Runtime.getRuntime().addShutdownHook(new Thread(shared::closeAtExit, "s3-end"));
    }
    return shared;
  }

  /** Whether the process is that of the shared server. */
  static synchronized boolean isShared(ProcessHandle process) {
    return shared != null && shared.process.pid() == process.pid();
  }

  /**
   * Starts a server of the caller's own.
   *
   * @param base the folder whose folders are the buckets; it exists
   * @throws IOException if this module is not built or the server does not start; the message ends
   *     with its output
   */
  public static S3Server start(Path base) throws IOException {
    return start(base, "test" + random(8), random(20));
  }

  /**
   * Starts a server of the caller's own that lets in who has these keys.
   *
   * @param base as {@link #start(Path)} has it
   */
  public static S3Server start(Path base, String accessKey, String secretKey) throws IOException {
    return new S3Server(base.toRealPath(), temporary(), accessKey, secretKey);
  }

  /** Beside the folders that JUnit makes. */
  private static Path temporary() throws IOException {
    return Files.createTempDirectory("sluice-s3").toRealPath();
  }

  /** Where it listens, such as {@code http://127.0.0.1:31234}. */
  public URI endpoint() {
    return endpoint;
  }

  /** The only access key that it knows. */
  public String accessKey() {
    return accessKey;
  }

  /** What requests must be signed with. */
  public String secretKey() {
    return secretKey;
  }

  /** The folder whose folders are the buckets. */
  public Path base() {
    return base;
  }

  /** The variables by which AWS's libraries and Sluice find the server and its credentials. */
  public Map<String, String> environment() {
    return Map.of(
        "AWS_ACCESS_KEY_ID",
        accessKey,
        "AWS_SECRET_ACCESS_KEY",
        secretKey,
        "AWS_REGION",
        "us-east-1",
        "AWS_ENDPOINT_URL_S3",
        endpoint.toString(),
        "SLUICE_S3_PATH_STYLE",
        "true");
  }

  /**
   * The address of a file or folder of a bucket, such as {@code s3://junit-123/orders}.
   *
   * @param file below the base folder; it need not exist
   * @throws IllegalArgumentException if it lies elsewhere
   */
  public String address(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    if (!absolute.startsWith(base) || absolute.equals(base)) {
      throw new IllegalArgumentException(
          file + " is in no bucket: the buckets are the folders of " + base + ".");
    }
    return "s3://" + base.relativize(absolute);
  }

  /** The number of its process, for tests that stop it in between. */
  public long pid() {
    return process.pid();
  }

  /** Makes a bucket, which is a folder of the base folder, and returns the folder. */
  public Path createBucket(String name) throws IOException {
    return Files.createDirectory(base.resolve(name));
  }

  private static String random(int bytes) {
    byte[] content = new byte[bytes];
    new SecureRandom().nextBytes(content);
    return HexFormat.of().formatHex(content);
  }

  /** In a file that only this user reads: a command line is public. */
  private void writeConfiguration() throws IOException {
    Files.write(
        directory.resolve("s3proxy.conf"),
        List.of(
            "s3proxy.endpoint=http://127.0.0.1:0",
            "s3proxy.authorization=aws-v2-or-v4",
            "s3proxy.identity=" + accessKey,
            "s3proxy.credential=" + secretKey,
            "jclouds.provider=filesystem-nio2",
            "jclouds.identity=unused",
            "jclouds.credential=unused",
            "jclouds.filesystem.basedir=" + base));
  }

  private Process launch(Path jar) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            jar.resolveSibling("classes") + File.pathSeparator + jar,
            S3ServerProcess.class.getName(),
            "--properties",
            directory.resolve("s3proxy.conf").toString());
    // Else the names of files cannot go beyond ASCII.
    builder.environment().put("LC_ALL", "C.UTF-8");
    return builder.redirectErrorStream(true).redirectOutput(log().toFile()).start();
  }

  private Path log() {
    return directory.resolve("s3proxy.log");
  }

  private int awaitPort() throws IOException {
    try {
      return Awaitility.await()
          .pollInSameThread()
          .atMost(START)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(20))
          .until(this::port, port -> port > 0);
    } catch (ConditionTimeoutException | IllegalStateException e) {
      String output = Files.readString(log());
      close();
      throw new IOException("The S3 server does not start on " + base + ": " + output, e);
    }
  }

  /** As the server's log tells, 0 as long as it does not. */
  private int port() throws IOException {
    if (!process.isAlive()) {
      throw new IllegalStateException("Its process ended with " + process.exitValue());
    }
    Matcher listening = LISTENING.matcher(Files.readString(log()));
    return listening.find() ? Integer.parseInt(listening.group(1)) : 0;
  }

  private void closeAtExit() {
    try {
      close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the process at once, as kill -9 does; the buckets stay as they are. */
  @Override
  public void close() throws IOException {
    try {
      if (!process.destroyForcibly().waitFor(20, TimeUnit.SECONDS)) {
        throw new IOException("Process " + process.pid() + " of the S3 server does not end.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
