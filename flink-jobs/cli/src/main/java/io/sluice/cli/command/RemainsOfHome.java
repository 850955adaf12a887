package io.sluice.cli.command;

import io.sluice.cli.platform.Broker;
import io.sluice.cli.platform.Endpoints;
import io.sluice.cli.platform.Platform;
import io.sluice.cli.platform.ServedViews;
import io.sluice.cli.remove.Remains;

/** The remains of a home whose servers run, with the connections to them. */
record RemainsOfHome(Remains remains, Broker broker, ServedViews views) implements AutoCloseable {

  static RemainsOfHome open(SluiceCommand sluice) {
    Platform platform = sluice.platform();
    Endpoints at = sluice.endpoints();
    Broker broker = platform.broker(at);
    ServedViews views = platform.views(at);
    return new RemainsOfHome(
        new Remains(sluice.home(), platform, at, broker, views), broker, views);
  }

  @Override
  public void close() {
    try (broker) {
      views.close();
    }
  }
}
