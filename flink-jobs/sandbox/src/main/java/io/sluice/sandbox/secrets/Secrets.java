package io.sluice.sandbox.secrets;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Properties;

/**
 * The random passwords of a home, made at its first start and kept in a file of it that only its
 * owner may read. Letters, digits, '-' and '_': they stand in an address as they are.
 *
 * @param redis of the user that jobs and commands have in Redis
 * @param redisOwner of the user who may do everything in Redis; no job knows it
 * @param postgres of the role that jobs and commands have in PostgreSQL
 * @param postgresOwner of PostgreSQL's superuser; no job knows it
 */
public record Secrets(String redis, String redisOwner, String postgres, String postgresOwner) {

  private static final String FILE = "passwords";
  private static final int BYTES = 24;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** The passwords that were made; empty for a home of an earlier version or a new one. */
  public static Optional<Secrets> read(Path folder) throws IOException {
    Path file = file(folder);
    if (Files.notExists(file)) {
      return Optional.empty();
    }
    Properties found = new Properties();
    found.load(new StringReader(Files.readString(file)));
    return Optional.of(
        new Secrets(
            value(found, "redis.sluice", file),
            value(found, "redis.owner", file),
            value(found, "postgres.sluice", file),
            value(found, "postgres.owner", file)));
  }

  static String value(Properties found, String name, Path file) throws IOException {
    String value = found.getProperty(name, "");
    if (!value.matches("[A-Za-z0-9_-]{32}")) {
      throw new IOException(
          "the password %s in %s is missing or cut off: bring the file back from a copy"
              .formatted(name, file));
    }
    return value;
  }

  /** New passwords, which are in the folder when this returns. */
  public static Secrets create(Path folder) throws IOException {
    Secrets made = new Secrets(random(), random(), random(), random());
    PrivateFiles.folder(folder);
    PrivateFiles.write(
        file(folder),
        """
        # The passwords of this home's servers. 'sluice' is the user of jobs and commands, 'owner' may do everything
        # (in PostgreSQL its name is postgres). PostgreSQL keeps its own record of them: changed here alone, they fail.
        redis.sluice=%s
        redis.owner=%s
        postgres.sluice=%s
        postgres.owner=%s
        """
            .formatted(made.redis, made.redisOwner, made.postgres, made.postgresOwner));
    return made;
  }

  /** Where the passwords of a folder stand. */
  public static Path file(Path folder) {
    return folder.resolve(FILE);
  }

  /** SHA-256 in hexadecimal digits, as Redis wants it; what is random cannot be guessed from it. */
  static String digest(String text) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(text.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }

  static String random() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Shows nothing: what is printed by accident ends in a log. */
  @Override
  public String toString() {
    return "Secrets[not shown]";
  }
}
