package io.sluice.sandbox.home;

import io.sluice.sandbox.secrets.PostgresRoles;
import io.sluice.sandbox.secrets.RedisUsers;
import io.sluice.sandbox.secrets.Secrets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where clients find the servers of a stack.
 *
 * @param kafka bootstrap servers, {@code host:port}
 * @param registryUrl Confluent-compatible API of the registry, without a slash at the end
 * @param redisUri {@code redis://user:password@host:port}
 * @param jdbcUrl PostgreSQL database {@code sluice} with user and password
 * @param flinkUrl REST API, without a slash at the end; it asks for the home's key
 * @param lake root of the tables: an absolute path or {@code s3://bucket/key}
 * @param objects the object store, if the home has one
 */
public record Endpoints(
    String kafka,
    String registryUrl,
    String redisUri,
    String jdbcUrl,
    String flinkUrl,
    String lake,
    Optional<ObjectStore> objects) {

  public static final String HOST = "127.0.0.1";

  /** Those of jobs and commands. */
  public static Endpoints of(Ports ports, SandboxHome home, Optional<Secrets> secrets) {
    return of(
        ports,
        home,
        secrets.map(known -> RedisUsers.USER + ":" + known.redis() + "@").orElse(""),
        PostgresRoles.USER + secrets.map(known -> "&password=" + known.postgres()).orElse(""));
  }

  /** Those of who may do everything in Redis and PostgreSQL. */
  public static Endpoints ofOwner(Ports ports, SandboxHome home, Secrets secrets) {
    return of(
        ports,
        home,
        RedisUsers.OWNER + ":" + secrets.redisOwner() + "@",
        PostgresRoles.OWNER + "&password=" + secrets.postgresOwner());
  }

  private static Endpoints of(Ports ports, SandboxHome home, String redis, String postgres) {
    return new Endpoints(
        HOST + ":" + ports.kafka(),
        "http://" + HOST + ":" + ports.registry() + "/apis/ccompat/v7",
        "redis://" + redis + HOST + ":" + ports.redis(),
        "jdbc:postgresql://" + HOST + ":" + ports.postgres() + "/sluice?user=" + postgres,
        (home.flinkKey().isPresent() ? "https://" : "http://") + HOST + ":" + ports.flink(),
        home.storage() == Storage.S3 ? ObjectStore.LAKE : home.lake().toString(),
        home.objectStoreKeys().map(keys -> ObjectStore.of(ports, keys)));
  }

  /**
   * The variables that pipeline files refer to, and those by which the object store is found, as
   * the Flink processes have them.
   */
  public Map<String, String> environment() {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("SLUICE_KAFKA", kafka);
    variables.put("SLUICE_REGISTRY", registryUrl);
    variables.put("SLUICE_LAKE", lake);
    variables.put("SLUICE_REDIS", redisUri);
    variables.put("SLUICE_JDBC", jdbcUrl);
    objects.ifPresent(store -> variables.putAll(store.environment()));
    return variables;
  }

  /** Without the passwords: what is printed by accident ends in a log. */
  @Override
  public String toString() {
    return "Endpoints[kafka=%s, registry=%s, flink=%s, lake=%s]"
        .formatted(kafka, registryUrl, flinkUrl, lake);
  }
}
