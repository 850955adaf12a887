package io.sluice.sandbox;

import java.nio.file.Path;

/** What all servers of a stack have in common. */
record Setting(SandboxHome home, DistFolder dist, Ports ports, SandboxOptions options) {

  Endpoints endpoints() {
    return Endpoints.of(ports, home);
  }

  Server server(Component component, Progress progress) {
    return switch (component) {
      case POSTGRES -> new PostgresServer(this, progress);
      case REDIS -> new RedisServer(this, progress);
      case KAFKA -> new KafkaServer(this);
      case REGISTRY -> new RegistryServer(this);
      case JOBMANAGER -> new JobManagerServer(this);
      case TASKMANAGER -> new TaskManagerServer(this);
    };
  }

  Path data(Component component) {
    return home.data(component);
  }
}
