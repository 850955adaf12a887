package io.sluice.definition.model;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The address below which the tables of a lake are: an absolute path, {@code file:/path} or {@code
 * s3://bucket/key}.
 */
public final class LakeRoot {
  /** What an address in a bucket begins with. */
  public static final String S3 = "s3://";

  /** Hadoop's names of the same scheme. */
  private static final Pattern HADOOP = Pattern.compile("(?i:s3[an]):.*|S3:.*");

  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
  private static final Pattern NUMBERS = Pattern.compile("[0-9]+(\\.[0-9]+){3}");

  /** What needs no encoding in any address, and the variables of a pipeline file. */
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_.=${}-]+(/[A-Za-z0-9_.=${}-]+)*");

  private static final Pattern STEP = Pattern.compile("(^|.*/)\\.{1,2}(/.*|$)");

  private LakeRoot() {}

  /** Whether an address is one of an object store. */
  public static boolean isRemote(String address) {
    return address.startsWith(S3);
  }

  /**
   * What is wrong with an address of an object store, in a sentence without its first capital.
   *
   * @param address as it stands in a pipeline file or, without variables, in the environment; any
   *     other kind of address has no problem here
   */
  public static Optional<String> problem(String address) {
    if (HADOOP.matcher(address).matches()) {
      return Optional.of("addresses in an object store begin with s3://. Write s3://BUCKET/KEY.");
    }
    return isRemote(address) ? remote(address.substring(S3.length())) : Optional.empty();
  }

  private static Optional<String> remote(String place) {
    int slash = place.indexOf('/');
    String bucket = slash < 0 ? place : place.substring(0, slash);
    String key = slash < 0 ? "" : place.substring(slash + 1);
    if (place.contains("?") || place.contains("#")) {
      return Optional.of(
          "an address in a bucket has no parameters. Endpoint, region and path style are set by the environment (AWS_ENDPOINT_URL_S3, AWS_REGION, SLUICE_S3_PATH_STYLE).");
    }
    if (bucket.contains("@") || bucket.contains(":")) {
      return Optional.of(
          "an address in a bucket has neither user, password nor port. Write s3://BUCKET/KEY; credentials and endpoint come from the environment.");
    }
    if (!bucket.contains("$") && !isBucket(bucket)) {
      return Optional.of(
          "'%s' is not allowed as a bucket: 3 to 63 lower-case letters, digits, '.' and '-', with a letter or digit at both ends."
              .formatted(bucket));
    }
    if (key.isEmpty() || !KEY.matcher(key).matches() || STEP.matcher(key).matches()) {
      return Optional.of(
          "'%s' is not allowed as a key: names of letters, digits, '_', '.', '=' and '-' with one '/' between them, none of them '.' or '..'. Write s3://BUCKET/KEY, such as s3://company/lake."
              .formatted(key));
    }
    return Optional.empty();
  }

  private static boolean isBucket(String name) {
    return BUCKET.matcher(name).matches()
        && !name.contains("..")
        && !NUMBERS.matcher(name).matches();
  }
}
