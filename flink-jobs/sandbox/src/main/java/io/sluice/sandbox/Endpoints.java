package io.sluice.sandbox;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where clients find the servers of a stack.
 *
 * @param kafka bootstrap servers, {@code host:port}
 * @param registryUrl Confluent-compatible API of the registry, without a slash at the end
 * @param redisUri {@code redis://host:port}
 * @param jdbcUrl PostgreSQL database {@code sluice} with its user
 * @param flinkUrl REST API and web UI, without a slash at the end
 * @param lake root folder of the tables, absolute
 */
public record Endpoints(
    String kafka, String registryUrl, String redisUri, String jdbcUrl, String flinkUrl, Path lake) {

  static final String HOST = "127.0.0.1";

  static Endpoints of(Ports ports, SandboxHome home) {
    return new Endpoints(
        HOST + ":" + ports.kafka(),
        "http://" + HOST + ":" + ports.registry() + "/apis/ccompat/v7",
        "redis://" + HOST + ":" + ports.redis(),
        "jdbc:postgresql://" + HOST + ":" + ports.postgres() + "/sluice?user=sluice",
        "http://" + HOST + ":" + ports.flink(),
        home.lake());
  }

  /** The variables that pipeline files refer to, as the Flink processes have them. */
  public Map<String, String> environment() {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("SLUICE_KAFKA", kafka);
    variables.put("SLUICE_REGISTRY", registryUrl);
    variables.put("SLUICE_LAKE", lake.toString());
    variables.put("SLUICE_REDIS", redisUri);
    variables.put("SLUICE_JDBC", jdbcUrl);
    return variables;
  }

  /** The web page of the registry. */
  public String registryPage() {
    return registryUrl.substring(0, registryUrl.indexOf("/apis/"));
  }
}
