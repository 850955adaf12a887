package io.sluice.cli.ui;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Finds a Chromium: the one that {@code SLUICE_BROWSER} names, else one on the PATH, else one that
 * npm has for x86-64, which is kept in the user's cache for later runs (230 MB). Installing one
 * into the machine would need root.
 */
public final class BrowserProgram {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

  private static final String VERSION = "153.0.0";

  /** The browser is packed by Brotli, for which neither Java nor tar has a reader. */
  private static final String INSTALL =
      """
      set -e
      mkdir -p "$1" && new=$(mktemp -d "$1.XXXXXX")
      trap 'rm -rf "$new"' EXIT
      cd "$new"
      npm pack --silent @sparticuz/chromium@%1$s
      echo "%2$s  sparticuz-chromium-%1$s.tgz" | sha512sum -c --status
      tar xzf sparticuz-chromium-%1$s.tgz
      node -e '
        const fs = require("fs"), zlib = require("zlib");
        for (const name of ["chromium", "al2023.tar", "swiftshader.tar"]) {
          fs.writeFileSync(name, zlib.brotliDecompressSync(fs.readFileSync(`package/bin/${name}.br`)), {mode: 0o755});
        }'
      tar xf al2023.tar && tar xf swiftshader.tar && rm -rf package *.tar *.tgz
      printf '#!/bin/sh\\nhere=$(dirname "$0")\\nLD_LIBRARY_PATH="$here/lib" exec "$here/chromium" "$@"\\n' > browser
      chmod 700 browser && ./browser --version
      mv -T "$new" "$1"
      """
          .formatted(
              VERSION,
              "8e2196a92bcf31dbb8f8ff538a562a011ef21063c41c8371fa50af13f36a34ef"
                  + "c41d8cc5ff1d615222394fa8a8548b7b744cbb9fcf1bcb24f4be4f9d9ec810c0");

  private static final int LONGEST_MINUTES = 5;

  /** There is no browser, and none can be had. The message says why and what to do. */
  public static final class NoneException extends Exception {
    private static final long serialVersionUID = 1L;

    NoneException(String message) {
      super(message);
    }
  }

  private BrowserProgram() {}

  public static Path find() throws IOException, InterruptedException, NoneException {
    String named = System.getenv("SLUICE_BROWSER");
    if (named != null) {
      return onPath(named)
          .orElseThrow(
              () ->
                  new NoneException(
                      "SLUICE_BROWSER names '%s', which is no program: name a Chromium, or unset it."
                          .formatted(named)));
    }
    Optional<Path> installed = NAMES.stream().flatMap(name -> onPath(name).stream()).findFirst();
    return installed.isPresent() ? installed.get() : cached();
  }

  private static Optional<Path> onPath(String name) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder).resolve(name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static Path cached() throws IOException, InterruptedException, NoneException {
    String cache =
        Objects.requireNonNullElseGet(
            System.getenv("XDG_CACHE_HOME"), () -> System.getProperty("user.home") + "/.cache");
    Path folder = Path.of(cache, "sluice", "browser-" + VERSION);
    Path program = folder.resolve("browser");
    if (!Files.isExecutable(program)) {
      install(folder);
    }
    return program;
  }

  private static void install(Path folder) throws IOException, InterruptedException, NoneException {
    Path log = Files.createTempFile("browser", ".log");
    try {
      Process shell =
          new ProcessBuilder("sh", "-c", INSTALL, "install", folder.toString())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      boolean ended = shell.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES);
      if (!ended) {
        shell.descendants().forEach(ProcessHandle::destroyForcibly);
        shell.destroyForcibly();
      }
      if (!ended || shell.exitValue() != 0) {
        throw new NoneException(
            "No browser is on the PATH, and npm has brought none into %s (%s). Install Chromium, or name a browser of its kind in SLUICE_BROWSER."
                .formatted(folder, ended ? reason(log) : "it took too long"));
      }
    } finally {
      Files.delete(log);
    }
  }

  private static String reason(Path log) throws IOException {
    return Files.readString(log)
        .lines()
        .findFirst()
        .orElse("what came is not version " + VERSION + ", or does not run here");
  }
}
