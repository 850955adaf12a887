package io.sluice.delta.testing;

import io.sluice.delta.storage.TableStorage;
import io.sluice.testkit.S3Server;
import io.sluice.testkit.fault.FaultyS3;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The storage on which the tests of this process keep their tables: a disk, or with {@code
 * -Dsluice.storage=s3} the buckets of a real S3 server. Its buckets are the folders in which JUnit
 * makes temporary folders, so that tests look at the same files on either.
 */
public final class TestingStorage {

  private static final String STORAGE = "sluice.storage";

  /** Set for processes that a test starts: the folder of the buckets. */
  private static final String BASE = "sluice.storage.base";

  private static final Path BUCKETS = isS3() ? buckets() : null;

  private TestingStorage() {}

  /** Whether tables are in buckets. */
  public static boolean isS3() {
    return "s3".equals(System.getProperty(STORAGE));
  }

  private static Path buckets() {
    if (System.getProperty(BASE) != null) {
      return Path.of(System.getProperty(BASE));
    }
    S3Server server = server();
    System.setProperty("aws.endpointUrlS3", server.endpoint().toString());
    System.setProperty("aws.region", "us-east-1");
    System.setProperty("aws.accessKeyId", server.accessKey());
    System.setProperty("aws.secretAccessKey", server.secretKey());
    return server.base();
  }

  private static S3Server server() {
    try {
      return S3Server.shared();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A table as people write it.
   *
   * @param table its folder
   */
  public static String address(Path table) {
    return BUCKETS == null ? table.toString() : "s3://" + BUCKETS.relativize(table);
  }

  /** The storage of a table. */
  public static TableStorage of(Path table) {
    return TableStorage.of(address(table));
  }

  /** A file as {@link ObservedRequests} names it. */
  public static String inBucket(Path file) {
    return BUCKETS.relativize(file).toString();
  }

  /** What a process that a test starts needs to use the same storage. */
  static List<String> options() {
    return isS3() ? List.of("-D" + STORAGE + "=s3", "-D" + BASE + "=" + BUCKETS) : List.of();
  }

  /** The variables of such a process. */
  public static Map<String, String> environment() {
    return isS3() && System.getProperty(BASE) == null ? server().environment() : Map.of();
  }

  /** The variables of such a process that reaches the server through a proxy. */
  public static Map<String, String> environment(FaultyS3 proxy) {
    return proxy.environment(server());
  }

  /** A proxy in front of the server. */
  public static FaultyS3 proxy() throws IOException {
    return FaultyS3.before(server().endpoint());
  }
}
