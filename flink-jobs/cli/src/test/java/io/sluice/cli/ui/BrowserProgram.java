package io.sluice.cli.ui;

import io.sluice.testkit.tool.ToolCache;
import io.sluice.testkit.tool.ToolCache.NoneException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

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
      """
          .formatted(
              VERSION,
              "8e2196a92bcf31dbb8f8ff538a562a011ef21063c41c8371fa50af13f36a34ef"
                  + "c41d8cc5ff1d615222394fa8a8548b7b744cbb9fcf1bcb24f4be4f9d9ec810c0");

  private BrowserProgram() {}

  public static Path find() throws IOException, InterruptedException, NoneException {
    Optional<Path> named = ToolCache.named("SLUICE_BROWSER", "a Chromium");
    if (named.isPresent()) {
      return named.get();
    }
    Optional<Path> installed =
        NAMES.stream().flatMap(name -> ToolCache.onPath(name).stream()).findFirst();
    return installed.isPresent() ? installed.get() : cached();
  }

  private static Path cached() throws IOException, InterruptedException, NoneException {
    try {
      return ToolCache.folder("browser-" + VERSION, INSTALL).resolve("browser");
    } catch (NoneException e) {
      throw new NoneException(
          "No browser is on the PATH, and npm has brought none: %s. Install Chromium, or name a browser of its kind in SLUICE_BROWSER."
              .formatted(e.getMessage()));
    }
  }
}
