package io.sluice.delta.testing;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A disk without room for files of one kind: from the n-th byte of each on, or at one step of
 * making it. Needs {@link ObservedFiles}.
 */
public final class FullDisk {

  private static final String NO_SPACE = "No space left on device";

  private final Pattern paths;
  private final String step;
  private final long room;
  private final Map<String, Long> written = new HashMap<>();
  private boolean felt;

  private FullDisk(String paths, String step, long room) {
    this.paths = Pattern.compile(paths);
    this.step = step;
    this.room = room;
  }

  /** Takes so many bytes of each file. */
  public static FullDisk after(long bytes, String paths) {
    return new FullDisk(paths, "", bytes);
  }

  /**
   * Fails at a step.
   *
   * @param step "create", "link", "move", "delete", "force" or "close"
   */
  public static FullDisk at(String step, String paths) {
    return new FullDisk(paths, step, Long.MAX_VALUE);
  }

  /** Whether something has failed. */
  public synchronized boolean wasFelt() {
    return felt;
  }

  public synchronized void change(String operation, String path) throws IOException {
    if (operation.equals(step) && paths.matcher(path).find()) {
      felt = true;
      throw new IOException(NO_SPACE);
    }
  }

  /** How many of so many bytes can be written; fails if none. */
  public synchronized int room(String path, int bytes) throws IOException {
    if (bytes == 0 || !step.isEmpty() || !paths.matcher(path).find()) {
      return bytes;
    }
    long before = written.getOrDefault(path, 0L);
    if (before >= room) {
      felt = true;
      throw new IOException(NO_SPACE);
    }
    int taken = (int) Math.min(bytes, room - before);
    written.put(path, before + taken);
    return taken;
  }

  @Override
  public String toString() {
    return (step.isEmpty() ? "byte " + room : step) + " of " + paths;
  }
}
