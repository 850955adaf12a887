package io.sluice.cli.ui;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Finds Playwright for Node.js, which npm brings into the user's cache for later runs (10 MB). */
public final class Playwright {
  private static final String VERSION = "1.65.1";

  private static final String INSTALL =
      """
      set -e
      mkdir -p "$(dirname "$1")" && new=$(mktemp -d "$1.XXXXXX")
      trap 'rm -rf "$new"' EXIT
      cd "$new"
      npm pack --silent playwright-core@%1$s
      echo "%2$s  playwright-core-%1$s.tgz" | sha512sum -c --status
      tar xzf playwright-core-%1$s.tgz
      mv -T package "$1"
      """
          .formatted(
              VERSION,
              "86a3e9cfb6e548c3f1595768784d728814b35ec2a254e77693e9230af994cb00"
                  + "f618f3b60ddf477dc5a7abd34dd061db3590c5819f497c116bf97e7f04ba34ab");

  private static final int LONGEST_MINUTES = 5;

  private Playwright() {}

  /** The folder of the package. */
  public static Path find() throws IOException, InterruptedException {
    String cache =
        Objects.requireNonNullElseGet(
            System.getenv("XDG_CACHE_HOME"), () -> System.getProperty("user.home") + "/.cache");
    Path folder = Path.of(cache, "sluice", "playwright-core-" + VERSION);
    if (!Files.isDirectory(folder)) {
      install(folder);
    }
    return folder;
  }

  private static void install(Path folder) throws IOException, InterruptedException {
    Process shell =
        new ProcessBuilder("sh", "-c", INSTALL, "install", folder.toString())
            .redirectErrorStream(true)
            .start();
    shell.getOutputStream().close();
    String output = new String(shell.getInputStream().readAllBytes());
    if (!shell.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES) || shell.exitValue() != 0) {
      throw new IOException(
          "npm has not brought playwright-core %s into %s: %s".formatted(VERSION, folder, output));
    }
  }
}
