package io.sluice.sandbox.secrets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The random word that Prometheus shows to Flink's processes of a home.
 *
 * @param file holds it alone, as Prometheus reads it; only its owner may
 */
public record MetricsToken(Path file) {

  private static final String NAME = "metrics-token";

  /** The token of a folder of secrets; empty for a home of an earlier version or a new one. */
  public static Optional<MetricsToken> read(Path folder) {
    return Optional.of(new MetricsToken(file(folder))).filter(token -> Files.exists(token.file));
  }

  /** A new token, which is in the folder when this returns. */
  public static MetricsToken create(Path folder) throws IOException {
    PrivateFiles.folder(folder);
    PrivateFiles.write(file(folder), Secrets.random() + "\n");
    return new MetricsToken(file(folder));
  }

  private static Path file(Path folder) {
    return folder.resolve(NAME);
  }
}
