package io.sluice.cli.ui;

import io.sluice.testkit.tool.ToolCache;
import java.io.IOException;
import java.nio.file.Path;

/** Finds Playwright for Node.js, which npm brings into the user's cache for later runs (10 MB). */
public final class Playwright {
  private static final String VERSION = "1.65.1";

  private static final String INSTALL =
      """
      npm pack --silent playwright-core@%1$s
      echo "%2$s  playwright-core-%1$s.tgz" | sha512sum -c --status
      tar xzf playwright-core-%1$s.tgz && rm playwright-core-%1$s.tgz
      """
          .formatted(
              VERSION,
              "86a3e9cfb6e548c3f1595768784d728814b35ec2a254e77693e9230af994cb00"
                  + "f618f3b60ddf477dc5a7abd34dd061db3590c5819f497c116bf97e7f04ba34ab");

  private Playwright() {}

  /** The folder of the package. */
  public static Path find() throws IOException, InterruptedException, ToolCache.NoneException {
    return ToolCache.folder("playwright-" + VERSION, INSTALL).resolve("package");
  }
}
