package io.sluice.cli.platform;

import io.sluice.sandbox.ComponentStatus;
import io.sluice.sandbox.Progress;
import io.sluice.sandbox.Sandbox;
import io.sluice.sandbox.SandboxHome;
import io.sluice.sandbox.SandboxOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The servers as processes of this machine. */
final class SandboxServers implements Servers {
  private final Sandbox sandbox;

  SandboxServers(Path home, Path dist, SandboxOptions options) {
    this.sandbox = Sandbox.open(new SandboxHome(home), dist, options);
  }

  @Override
  public Endpoints up(Consumer<String> progress) {
    sandbox.up(new Steps(progress));
    return addresses();
  }

  @Override
  public void down(Consumer<String> progress) {
    sandbox.down(new Steps(progress));
  }

  @Override
  public List<Component> components() {
    return sandbox.status().stream().map(SandboxServers::component).toList();
  }

  private static Component component(ComponentStatus status) {
    boolean listens = status.isRunning() && status.port() != 0;
    return new Component(
        status.component().id(),
        status.isRunning() ? Optional.of(status.pid()) : Optional.empty(),
        listens ? Optional.of(status.port()) : Optional.empty());
  }

  @Override
  public Optional<Endpoints> endpoints() {
    return sandbox.isAnyRunning() ? Optional.of(addresses()) : Optional.empty();
  }

  private Endpoints addresses() {
    io.sluice.sandbox.Endpoints at = sandbox.endpoints();
    return new Endpoints(
        at.kafka(), at.registryUrl(), at.redisUri(), at.jdbcUrl(), at.flinkUrl(), at.lake());
  }

  /** The sandbox's steps in words. */
  private record Steps(Consumer<String> say) implements Progress {
    @Override
    public void ready(io.sluice.sandbox.Component component, Duration took) {
      say.accept("%s answers (%.1f s)".formatted(component.title(), took.toMillis() / 1000.0));
    }

    @Override
    public void kept(io.sluice.sandbox.Component component) {
      say.accept(component.title() + " runs already");
    }

    @Override
    public void stopped(io.sluice.sandbox.Component component) {
      say.accept(component.title() + " has stopped");
    }

    @Override
    public void note(String sentence) {
      say.accept(sentence);
    }
  }
}
