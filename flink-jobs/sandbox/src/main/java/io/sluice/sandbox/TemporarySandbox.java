package io.sluice.sandbox;

import io.sluice.sandbox.home.Ports;
import io.sluice.sandbox.home.Progress;
import io.sluice.sandbox.home.SandboxHome;
import io.sluice.sandbox.home.SandboxOptions;
import io.sluice.sandbox.home.Storage;
import java.nio.file.Path;

/** A stack for a test: free ports, a home that the caller provides, gone after {@link #close}. */
public final class TemporarySandbox implements AutoCloseable {

  private final Sandbox sandbox;

  private TemporarySandbox(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  /**
   * Starts the whole stack on free ports.
   *
   * @param home an empty folder
   * @param distFolder the servers' files, see {@link io.sluice.sandbox.home.DistFolder}
   */
  public static TemporarySandbox start(Path home, Path distFolder) {
    return start(home, distFolder, SandboxOptions.standard().withPorts(Ports.anyFree()));
  }

  /** Starts the whole stack with other options. */
  public static TemporarySandbox start(Path home, Path distFolder, SandboxOptions options) {
    return start(home, distFolder, options, Storage.DISK);
  }

  /** Starts the whole stack with other options and another storage. */
  public static TemporarySandbox start(
      Path home, Path distFolder, SandboxOptions options, Storage storage) {
    Sandbox sandbox = Sandbox.open(new SandboxHome(home), distFolder, options);
    sandbox.up(storage, Progress.silent());
    return new TemporarySandbox(sandbox);
  }

  /** The running stack. */
  public Sandbox sandbox() {
    return sandbox;
  }

  /** Ends every process of the stack; the folder stays. */
  @Override
  public void close() {
    sandbox.down(Progress.silent());
  }
}
