package io.sluice.sandbox;

import java.util.function.UnaryOperator;

/** The state of a home while a launcher changes it; every change is in the file when it returns. */
final class StateStore {

  private final SandboxHome home;
  private SandboxState current;

  StateStore(SandboxHome home, SandboxState current) {
    this.home = home;
    this.current = current;
  }

  synchronized SandboxState current() {
    return current;
  }

  synchronized void change(UnaryOperator<SandboxState> change) {
    current = change.apply(current);
    current.write(home);
  }
}
