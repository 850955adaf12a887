package io.sluice.sandbox.process;

import io.sluice.sandbox.secrets.PrivateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How a program that refuses root is run by root: in a user namespace, where root is nobody but
 * still owns its files; where that is forbidden, as the user "nobody" who then owns the folder.
 *
 * @param prefix what stands before the program; empty for an ordinary user
 */
public record OrdinaryUser(List<String> prefix) {

  private static final String NOBODY = "65534";
  private static final List<String> NAMESPACE = List.of("unshare", "-U");
  private static final List<String> SETPRIV =
      List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");

  /** Chooses the way that works here. */
  public static OrdinaryUser find() {
    if (!Commands.run(List.of("id", "-u"), "the user's number").strip().equals("0")) {
      return new OrdinaryUser(List.of());
    }
    for (List<String> prefix : List.of(NAMESPACE, SETPRIV)) {
      if (works(prefix)) {
        return new OrdinaryUser(prefix);
      }
    }
    throw new SandboxException(
        "PostgreSQL refuses to run as root and neither 'unshare -U' nor 'setpriv' works here: install util-linux or start as an ordinary user.");
  }

  /**
   * Makes a folder usable for programs with the prefix.
   *
   * @param above the private folders that lead to it
   */
  public void own(Path folder, List<Path> above) throws IOException {
    if (prefix.equals(SETPRIV)) {
      for (Path passed : above) {
        PrivateFiles.letPass(passed);
      }
      Commands.run(
          List.of("chown", "-R", NOBODY + ":" + NOBODY, folder.toString()),
          "the owner of " + folder);
    }
  }

  private static boolean works(List<String> prefix) {
    String line = String.join(" ", prefix) + " true";
    return Commands.tryRun(List.of("sh", "-c", line), Map.of(), "").succeeded();
  }
}
