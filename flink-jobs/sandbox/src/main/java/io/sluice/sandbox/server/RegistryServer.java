package io.sluice.sandbox.server;

import io.sluice.sandbox.home.Component;
import io.sluice.sandbox.home.DistFolder;
import io.sluice.sandbox.home.Endpoints;
import io.sluice.sandbox.process.JavaCommand;
import io.sluice.sandbox.process.Launch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The Apicurio registry with its Confluent-compatible API; its schemas are kept in a file. */
final class RegistryServer implements Server {

  private final Setting setting;

  RegistryServer(Setting setting) {
    this.setting = setting;
  }

  @Override
  public Launch prepare(String instance) throws IOException {
    Path data = Files.createDirectories(setting.data(Component.REGISTRY));
    List<String> command = new ArrayList<>(List.of(JavaCommand.program()));
    command.addAll(JavaCommand.EVERYWHERE);
    command.addAll(setting.sharing(Component.REGISTRY, "-jar", jars(), instance));
    command.addAll(
        List.of(
            "-Xmx320m",
            "-XX:+UseSerialGC",
            // It serves a handful of requests: a quick start is worth more than optimised code.
            "-XX:TieredStopAtLevel=1",
            "-Dquarkus.http.host=" + Endpoints.HOST,
            "-Dquarkus.http.port=" + setting.ports().registry(),
            "-Dquarkus.log.console.color=false",
            "-Dapicurio.storage.kind=sql",
            "-Dapicurio.storage.sql.kind=h2",
            // Not in memory: schema ids must outlive the process, records refer to them.
            // Beside the working directory, because a home's name may hold what H2 takes for a
            // setting.
            "-Dapicurio.datasource.url=jdbc:h2:file:./schemas",
            "-jar",
            setting.dist().registryJar().toString()));
    return new Launch(command, Map.of(), data);
  }

  private List<Path> jars() throws IOException {
    List<Path> jars = new ArrayList<>(List.of(setting.dist().registryJar()));
    jars.addAll(DistFolder.jars(setting.dist().registry().resolve("lib")));
    return jars;
  }

  @Override
  public boolean isReady(String instance) {
    String config = setting.endpoints().registryUrl() + "/config";
    return Probe.get(config)
        .filter(body -> body.contains("\"BACKWARD\"") || setsBackward(config))
        .isPresent();
  }

  /** Its own default accepts every schema. */
  private static boolean setsBackward(String config) {
    return Probe.request(config, "PUT", "{\"compatibility\":\"BACKWARD\"}").isPresent();
  }
}
