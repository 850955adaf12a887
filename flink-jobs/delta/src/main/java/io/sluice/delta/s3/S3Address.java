package io.sluice.delta.s3;

import java.util.Objects;
import java.util.regex.Pattern;
import org.apache.flink.annotation.Internal;

/**
 * Where something lies in an object store. Written as {@code s3://bucket/key}, the key not
 * percent-encoded.
 *
 * @param bucket a name by the rules of S3
 * @param key without a first slash; of a table never empty, of a prefix with a last slash
 */
@Internal
public record S3Address(String bucket, String key) {

  /** What every address begins with. */
  public static final String SCHEME = "s3://";

  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
  private static final Pattern IP = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+");
  private static final Pattern HADOOP = Pattern.compile("s3[an]://.*", Pattern.DOTALL);

  public S3Address {
    Objects.requireNonNull(bucket, "bucket");
    Objects.requireNonNull(key, "key");
  }

  /** Whether a text is an address in an object store, be it a valid one or not. */
  public static boolean isOne(String address) {
    return address.startsWith(SCHEME) || HADOOP.matcher(address).matches();
  }

  /**
   * The address of a table.
   *
   * @throws IllegalArgumentException if it is none; the message never shows what stands before an
   *     {@code @}, as that could be a password
   */
  public static S3Address ofTable(String address) {
    if (HADOOP.matcher(address).matches()) {
      throw refused(address, "has Hadoop's scheme. Write s3:// instead of " + schemeOf(address));
    }
    if (!address.startsWith(SCHEME)) {
      throw refused(address, "does not begin with s3://. Write s3://bucket/key");
    }
    String rest = address.substring(SCHEME.length());
    int slash = rest.indexOf('/');
    String bucket = slash < 0 ? rest : rest.substring(0, slash);
    String key = slash < 0 ? "" : withoutLastSlash(rest.substring(slash + 1));
    checkBucket(address, bucket);
    checkKey(address, key);
    return new S3Address(bucket, key);
  }

  private static String schemeOf(String address) {
    return address.substring(0, address.indexOf("//") + 2);
  }

  private static String withoutLastSlash(String key) {
    return key.endsWith("/") ? key.substring(0, key.length() - 1) : key;
  }

  private static void checkBucket(String address, String bucket) {
    if (bucket.contains("@")) {
      throw refused(
          address,
          "names a user. Credentials are taken from the environment, for example AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; remove them from the address");
    }
    if (!BUCKET.matcher(bucket).matches()
        || bucket.contains("..")
        || IP.matcher(bucket).matches()) {
      throw refused(
          address,
          "has no valid bucket. A bucket has 3 to 63 lower-case letters, digits, dots and hyphens, begins and ends with a letter or digit, and is no IP address");
    }
  }

  private static void checkKey(String address, String key) {
    if (key.isEmpty()) {
      throw refused(
          address,
          "names a whole bucket. Write s3://bucket/key, so that the bucket has room for other tables");
    }
    if (key.indexOf('?') >= 0 || key.indexOf('#') >= 0) {
      throw refused(
          address,
          "has a query or fragment. Region and endpoint are taken from the environment (AWS_REGION, AWS_ENDPOINT_URL_S3); remove it from the address");
    }
    if (!isName(key)) {
      throw refused(
          address,
          "has an empty folder, '.' or '..' in its key. Write each folder by its name, with one slash between two");
    }
  }

  /**
   * Whether each part between slashes is a name: not empty, {@code .} or {@code ..}. Such keys can
   * be stored, but not every tool reaches them.
   */
  public static boolean isName(String key) {
    for (String part : key.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        return false;
      }
    }
    return true;
  }

  private static IllegalArgumentException refused(String address, String reason) {
    return new IllegalArgumentException(
        "The table address '%s' %s".formatted(withoutUser(address), reason));
  }

  private static String withoutUser(String address) {
    int at = address.lastIndexOf('@');
    int start = address.indexOf("//") + 2;
    return at < start ? address : address.substring(0, start) + "…" + address.substring(at);
  }

  /** What lies below. */
  public S3Address child(String name) {
    return new S3Address(bucket, key + "/" + name);
  }

  @Override
  public String toString() {
    return SCHEME + bucket + "/" + key;
  }
}
