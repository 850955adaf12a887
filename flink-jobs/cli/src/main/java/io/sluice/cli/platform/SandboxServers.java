package io.sluice.cli.platform;

import io.sluice.cli.storage.ObjectStoreAccess;
import io.sluice.cli.text.CommandFailure;
import io.sluice.sandbox.Sandbox;
import io.sluice.sandbox.home.ComponentStatus;
import io.sluice.sandbox.home.DistFolder;
import io.sluice.sandbox.home.ObjectStore;
import io.sluice.sandbox.home.Progress;
import io.sluice.sandbox.home.SandboxHome;
import io.sluice.sandbox.home.SandboxOptions;
import io.sluice.sandbox.home.Storage;
import io.sluice.sandbox.watch.Ending;
import io.sluice.sandbox.watch.History;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** The servers as processes of this machine. */
final class SandboxServers implements Servers {
  private final Sandbox sandbox;
  private final Path dist;
  private final Optional<Platform.Storage> storage;
  private long read;

  /**
   * @param storage where the home is to keep its tables; empty for where it does
   */
  SandboxServers(Path home, Path dist, SandboxOptions options, Optional<Platform.Storage> storage) {
    this.dist = dist;
    this.storage = storage;
    this.sandbox = Sandbox.open(new SandboxHome(home), dist, options);
  }

  @Override
  public Endpoints up(Consumer<String> progress) {
    Storage chosen =
        storage
            .map(choice -> choice == Platform.Storage.s3 ? Storage.S3 : Storage.DISK)
            .orElseGet(sandbox.home()::storage);
    sandbox.up(chosen, new Steps(progress));
    Arrays.stream(io.sluice.sandbox.home.Component.values())
        .flatMap(component -> incident(component).stream())
        .forEach(progress);
    read = length();
    return addresses();
  }

  @Override
  public void down(Consumer<String> progress) {
    sandbox.down(new Steps(progress));
  }

  @Override
  public List<Component> components() {
    sandbox.watch();
    return sandbox.status().stream().map(this::component).toList();
  }

  @Override
  public Incidents incidents() {
    sandbox.watch();
    long end = length();
    List<String> lines = end > read ? linesSince(read) : List.of();
    read = end;
    Optional<String> lost =
        Arrays.stream(io.sluice.sandbox.home.Component.values())
            .filter(component -> sandbox.history(component).abandoned())
            .flatMap(component -> incident(component).stream())
            .findFirst();
    return new Incidents(lines, lost);
  }

  private long length() {
    return sandbox.watchLog().toFile().length();
  }

  private List<String> linesSince(long from) {
    try {
      byte[] all = Files.readAllBytes(sandbox.watchLog());
      int begin = (int) Math.min(from, all.length);
      return new String(all, begin, all.length - begin, StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new CommandFailure(
          "%s cannot be read: %s".formatted(sandbox.watchLog(), e.getMessage()), e);
    }
  }

  private Optional<String> incident(io.sluice.sandbox.home.Component component) {
    History history = sandbox.history(component);
    String title = component.title();
    String name = Character.toUpperCase(title.charAt(0)) + title.substring(1);
    if (history.abandoned()) {
      return Optional.of(
          "%s is not started any more: %s. 'sluice up' tries again; its log: %s"
              .formatted(name, history.gaveUp(), sandbox.log(component)));
    }
    List<Ending> endings = history.endings();
    if (endings.isEmpty()) {
      return Optional.empty();
    }
    Ending last = endings.get(endings.size() - 1);
    return Optional.of(
        "%s was started again %s within an hour, last at %s: it %s."
            .formatted(
                name,
                endings.size() == 1 ? "once" : endings.size() + " times",
                last.at().truncatedTo(ChronoUnit.SECONDS),
                last.reason()));
  }

  private Component component(ComponentStatus status) {
    boolean listens = status.isRunning() && status.port() != 0;
    return new Component(
        status.component().id(),
        status.isRunning() ? Optional.of(status.pid()) : Optional.empty(),
        listens ? Optional.of(status.port()) : Optional.empty(),
        status.isRunning() ? metrics(status.component()) : Optional.empty(),
        status.history().endings().size(),
        incident(status.component()));
  }

  private Optional<Integer> metrics(io.sluice.sandbox.home.Component component) {
    OptionalInt port = sandbox.ports().metricsOf(component);
    boolean served = sandbox.home().metricsToken().isPresent();
    return served && port.isPresent() ? Optional.of(port.getAsInt()) : Optional.empty();
  }

  @Override
  public Optional<Endpoints> endpoints() {
    return sandbox.isAnyRunning() ? Optional.of(addresses()) : Optional.empty();
  }

  @Override
  public String lake() {
    if (sandbox.home().storage() == Storage.S3
        && sandbox.pid(io.sluice.sandbox.home.Component.S3).isEmpty()) {
      throw new CommandFailure(
          "The tables of %s are in its object store, which does not run. Start it: sluice up"
              .formatted(sandbox.home().root()));
    }
    return addresses().lake();
  }

  private Endpoints addresses() {
    io.sluice.sandbox.home.Endpoints at = sandbox.endpoints();
    at.objects()
        .ifPresent(store -> ObjectStoreAccess.grant(store, new DistFolder(dist).flinkPlugins()));
    return new Endpoints(
        at.kafka(),
        at.registryUrl(),
        at.redisUri(),
        at.jdbcUrl(),
        at.flinkUrl(),
        at.lake(),
        at.objects().map(ObjectStore::endpoint),
        sandbox.home().secrets());
  }

  /** The sandbox's steps in words. */
  private record Steps(Consumer<String> say) implements Progress {
    @Override
    public void ready(io.sluice.sandbox.home.Component component, Duration took) {
      say.accept("%s answers (%.1f s)".formatted(component.title(), took.toMillis() / 1000.0));
    }

    @Override
    public void kept(io.sluice.sandbox.home.Component component) {
      say.accept(component.title() + " runs already");
    }

    @Override
    public void stopped(io.sluice.sandbox.home.Component component) {
      say.accept(component.title() + " has stopped");
    }

    @Override
    public void note(String sentence) {
      say.accept(sentence);
    }
  }
}
