package io.sluice.sandbox.start;

import io.sluice.sandbox.home.Component;
import io.sluice.sandbox.home.DistFolder;
import io.sluice.sandbox.home.Progress;
import io.sluice.sandbox.home.SandboxHome;
import io.sluice.sandbox.home.SandboxOptions;
import io.sluice.sandbox.home.SandboxState;
import io.sluice.sandbox.home.StateStore;
import io.sluice.sandbox.process.LogTail;
import io.sluice.sandbox.process.Processes;
import io.sluice.sandbox.process.SandboxException;
import io.sluice.sandbox.process.Sentences;
import io.sluice.sandbox.process.ServerProcess;
import io.sluice.sandbox.server.Setting;
import io.sluice.sandbox.watch.Ending;
import io.sluice.sandbox.watch.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What a keeper becomes when its server has ended without being told: it writes down why, starts
 * the server again as it was, and ends when the server answers.
 */
public final class Reviver {

  private final StateStore store;
  private final DistFolder dist;
  private final Component component;
  private final Clock clock;

  Reviver(StateStore store, DistFolder dist, Component component, Clock clock) {
    this.store = store;
    this.dist = dist;
    this.component = component;
    this.clock = clock;
  }

  /**
   * Called by the keeper's shell.
   *
   * @param arguments home, folder of the servers' files, component, name of the start that ended,
   *     exit code
   */
  public static void main(String[] arguments) {
    SandboxHome home = new SandboxHome(Path.of(arguments[0]));
    StateStore store = new StateStore(home, SandboxOptions.standard());
    Component component = Component.valueOf(arguments[2]);
    Reviver reviver =
        new Reviver(store, new DistFolder(Path.of(arguments[1])), component, Clock.systemUTC());
    reviver.revive(arguments[3], Integer.parseInt(arguments[4]));
  }

  /**
   * Starts the server again unless a launcher has done so meanwhile.
   *
   * @param instance the start that ended
   */
  void revive(String instance, int code) {
    ServerProcess ended = store.current().processes().get(component);
    if (ended == null || !ended.instance().equals(instance)) {
      return;
    }
    String meaning = Ending.meaning(code);
    String error =
        LogTail.lastError(
            store.home().log(component), store.current().history(component).logFrom());
    String reason = error.isEmpty() ? meaning : meaning + "; last error of its log: " + error;
    say("%s (process %d) %s.".formatted(title(), ended.pid(), reason));
    new Watchers(store, dist).complete();
    while (!record(reason).abandoned()) {
      try {
        start();
        return;
      } catch (SandboxException e) {
        if (isReplaced(instance)) {
          // The new process has a keeper of its own, which starts it again when it ends.
          killUnanswering(e);
          return;
        }
        reason = "could not be started: " + e.getMessage();
        say("%s %s".formatted(title(), reason));
      }
    }
  }

  private void killUnanswering(SandboxException why) {
    store
        .current()
        .running(component)
        .ifPresent(
            silent -> {
              say("%s It is killed and started again.".formatted(why.getMessage()));
              Processes.signal(silent, "KILL");
            });
  }

  private boolean isReplaced(String instance) {
    ServerProcess recorded = store.current().processes().get(component);
    return recorded == null || !recorded.instance().equals(instance);
  }

  private History record(String reason) {
    AtomicReference<History> after = new AtomicReference<>();
    store.change(
        state -> {
          after.set(state.history(component).ended(clock.millis(), reason));
          return state.withHistory(component, after.get());
        });
    if (after.get().abandoned()) {
      say(
          "%s is not started any more: %s. 'sluice up' tries again."
              .formatted(title(), after.get().gaveUp()));
    }
    return after.get();
  }

  /**
   * A server whose files have gone would come back empty, as if nothing had ever been there.
   *
   * @throws SandboxException if they have gone
   */
  static void requireData(SandboxHome home, Component component) {
    Path data = home.data(component);
    Path kept =
        switch (component) {
          case POSTGRES -> data.resolve("db").resolve("PG_VERSION");
          case KAFKA -> data.resolve("logs").resolve("meta.properties");
          case S3 -> home.bucket();
          case REDIS, REGISTRY -> data;
          case JOBMANAGER, TASKMANAGER -> home.flinkData();
        };
    if (!Files.exists(kept)) {
      throw new SandboxException(
          "%s is gone, and with it what %s held: bring it back, or let 'sluice up' begin with an empty one."
              .formatted(kept, component.title()));
    }
  }

  private void start() {
    requireData(store.home(), component);
    SandboxState state = store.current();
    Duration pause = state.history(component).pause();
    if (!pause.isZero()) {
      say("%s is started again in %d s.".formatted(title(), pause.toSeconds()));
      Processes.pause(pause);
    }
    Setting setting = new Setting(store.home(), dist, state.ports(), state.options());
    Duration took = new Starter(setting, store, Progress.silent()).again(component);
    say("%s answers again, after %.1f s.".formatted(title(), took.toMillis() / 1000.0));
  }

  private String title() {
    return Sentences.capitalised(component.title());
  }

  private void say(String line) {
    String text = clock.instant().truncatedTo(ChronoUnit.SECONDS) + " " + line.strip() + "\n";
    try {
      Files.writeString(
          store.home().watchLog(), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new SandboxException(
          "%s cannot be written: %s.".formatted(store.home().watchLog(), Sentences.reason(e)), e);
    }
  }
}
