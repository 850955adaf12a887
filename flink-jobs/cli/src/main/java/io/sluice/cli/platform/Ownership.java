package io.sluice.cli.platform;

import io.sluice.cli.text.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Refuses to run what another user of the machine holds. A home names servers, programs and jobs to
 * run, and the state of a job holds serialized objects: whoever starts from them runs what they
 * hold. What belongs to this user or to root is taken; a copy belongs to whoever made it, so
 * copying says that one trusts it.
 */
public final class Ownership {
  private static final int ROOT = 0;

  /** Its owner is this process; Linux only. */
  private static final Path SELF = Path.of("/proc/self");

  private final int user;

  /**
   * @param user number of the user who runs the command
   */
  Ownership(int user) {
    this.user = user;
  }

  /** Of the user who runs this process. */
  public static Ownership ofThisUser() throws IOException {
    if (Files.exists(SELF)) {
      return new Ownership(owner(SELF));
    }
    Path own = Files.createTempFile("sluice", null);
    try {
      return new Ownership(owner(own));
    } finally {
      Files.delete(own);
    }
  }

  private static int owner(Path path) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:uid");
  }

  /**
   * Checks a home that need not exist.
   *
   * @throws CommandFailure if it belongs to somebody else, or anybody may write to it
   */
  public void checkHome(Path home) throws IOException {
    if (!Files.exists(home)) {
      return;
    }
    if (isForeign(home)) {
      throw new CommandFailure(
          "The home %s belongs to the user %s: sluice runs the servers, jobs and definitions that a home names, so it uses none of another user. Choose another with --home DIR, or run the command as %s."
              .formatted(home, Files.getOwner(home), Files.getOwner(home)));
    }
    if (anybodyWrites(home)) {
      throw new CommandFailure(
          "Any user may write to the home %s, and sluice runs the servers, jobs and definitions that a home names. See that nobody put anything there, then take the right away: chmod o-w %s"
              .formatted(home, home));
    }
  }

  /**
   * Checks a savepoint or retained checkpoint that the user named.
   *
   * @param home whose own ones need no remark
   * @param remark is told that a job runs what state from elsewhere holds
   * @throws CommandFailure if it belongs to somebody else, or anybody may write to it
   */
  public void checkState(Path state, Path home, Consumer<String> remark) throws IOException {
    for (Path part : new Path[] {state, state.resolve("_metadata")}) {
      String reason =
          isForeign(part)
              ? "belongs to the user " + Files.getOwner(part)
              : anybodyWrites(part) ? "may be written by any user" : "";
      if (!reason.isEmpty()) {
        throw new CommandFailure(
            "%s %s, and a job that starts from a savepoint or checkpoint runs what it holds. If you trust it, make a copy of your own and name that: cp -r %s COPY"
                .formatted(part, reason, state));
      }
    }
    boolean own = Files.exists(home) && state.toRealPath().startsWith(home.toRealPath());
    if (!own) {
      remark.accept(
          state
              + " is of another home: the job runs what it holds, so start only from what you trust");
    }
  }

  private boolean isForeign(Path path) throws IOException {
    int owner = owner(path);
    return owner != user && owner != ROOT;
  }

  private static boolean anybodyWrites(Path path) throws IOException {
    Set<PosixFilePermission> rights = Files.getPosixFilePermissions(path);
    return rights.contains(PosixFilePermission.OTHERS_WRITE);
  }
}
