package io.sluice.cli;

import io.sluice.cli.platform.ServedViews;
import io.sluice.cli.text.CommandFailure;
import io.sluice.definition.edit.Store;
import java.time.Instant;
import java.util.Optional;

/** The views of a {@link TestingPlatform}, in Redis and PostgreSQL. */
final class TestingViews implements ServedViews {
  private final TestingPlatform platform;

  TestingViews(TestingPlatform platform) {
    this.platform = platform;
  }

  @Override
  public long hashes(String prefix) {
    return platform.served && prefix.equals("sluice:fares:") ? 3 : 0;
  }

  @Override
  public void removeHashes(String prefix) {
    platform.calls.add("remove hashes " + prefix);
  }

  @Override
  public void clearHashes(String prefix) {
    platform.calls.add("clear hashes " + prefix);
  }

  @Override
  public void clearTable(String name, Optional<Instant> endingAfter) {
    platform.calls.add(
        "clear table " + name + " " + endingAfter.map(String::valueOf).orElse("all"));
  }

  @Override
  public boolean hasTable(String name) {
    return platform.served && (name.equals("fares") || name.equals("minutes"));
  }

  @Override
  public void dropTable(String name) {
    platform.calls.add("drop table " + name);
  }

  @Override
  public Optional<String> hashesId(String prefix) {
    return find(Store.Kind.REDIS, prefix);
  }

  @Override
  public Optional<String> markHashes(String prefix) {
    return mark(Store.Kind.REDIS, prefix);
  }

  @Override
  public Optional<String> tableId(String name) {
    return find(Store.Kind.POSTGRESQL, name);
  }

  @Override
  public Optional<String> markTable(String name) {
    return mark(Store.Kind.POSTGRESQL, name);
  }

  private Optional<String> find(Store.Kind kind, String name) {
    platform.asked.add(kind);
    if (platform.silent.contains(kind)) {
      throw new CommandFailure(kind.text() + " cannot be asked: it is away");
    }
    return Optional.ofNullable(platform.marks.get(name));
  }

  private Optional<String> mark(Store.Kind kind, String name) {
    if (find(kind, name).isEmpty() && platform.readOnly.contains(kind)) {
      throw new CommandFailure(kind.text() + " cannot be asked: it takes no writes");
    }
    return Optional.of(platform.marks.computeIfAbsent(name, view -> "mark of " + view));
  }

  @Override
  public void close() {
    platform.calls.add("views closed");
  }
}
