package io.sluice.job.lineage;

import io.sluice.definition.model.LakeRoot;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a dataset, as OpenLineage's naming convention has it. Nothing of an address but host,
 * port, bucket, path and database gets into a name, so that no credential does.
 *
 * @param namespace the system, such as {@code kafka://broker:9092}
 * @param name the dataset in it, such as a topic
 */
record DatasetName(String namespace, String name) {
  private static final String HOST = "(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9_.-]+)(?::([0-9]{1,5}))?";
  private static final Pattern POSTGRES =
      Pattern.compile("jdbc:postgresql://" + HOST + "/([^/?]+)(?:\\?(.*))?");
  private static final Pattern SCHEMA = Pattern.compile("(?:^|.*&)currentSchema=([A-Za-z0-9_]+).*");
  private static final Pattern REDIS =
      Pattern.compile("rediss?://(?:.*@)?" + HOST + "(?:/([0-9]*))?(?:\\?.*)?");
  private static final Pattern KAFKA = Pattern.compile("(?:[A-Z_]+://)?" + HOST);

  /**
   * A topic. The first of several brokers names the cluster.
   *
   * @return empty if the first broker is no host and port
   */
  static Optional<DatasetName> topic(String bootstrapServers, String topic) {
    Matcher matcher = KAFKA.matcher(bootstrapServers.split(",", 2)[0].trim());
    return matcher.matches()
        ? Optional.of(new DatasetName("kafka://" + address(matcher, "9092"), topic))
        : Optional.empty();
  }

  /**
   * A table of the lake.
   *
   * @param root {@code s3://bucket/key}, an absolute path or {@code file:/path}
   * @param path below the root
   */
  static DatasetName table(String root, String path) {
    String folder = root.replaceFirst("/+$", "");
    if (LakeRoot.isRemote(folder)) {
      int slash = folder.indexOf('/', LakeRoot.S3.length());
      return slash < 0
          ? new DatasetName(folder, path)
          : new DatasetName(folder.substring(0, slash), folder.substring(slash + 1) + "/" + path);
    }
    return new DatasetName("file", folder.replaceFirst("^file:/*", "/") + "/" + path);
  }

  /**
   * A table of PostgreSQL.
   *
   * @return empty if the address is none of PostgreSQL's with a host and a database
   */
  static Optional<DatasetName> relation(String url, String table) {
    Matcher matcher = POSTGRES.matcher(url);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String parameters = matcher.group(4);
    Matcher schema = SCHEMA.matcher(parameters == null ? "" : parameters);
    String name =
        String.join(".", matcher.group(3), schema.matches() ? schema.group(1) : "public", table);
    return Optional.of(new DatasetName("postgres://" + address(matcher, "5432"), name));
  }

  /**
   * The hashes of a view. OpenLineage has no convention for Redis; this is made like the others.
   *
   * @return empty if the address is not {@code redis://host}
   */
  static Optional<DatasetName> hashes(String uri, String keyPrefix, String view) {
    Matcher matcher = REDIS.matcher(uri);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String database = matcher.group(3);
    String name =
        (database == null || database.isEmpty() ? "0" : database) + "." + keyPrefix + view;
    return Optional.of(new DatasetName("redis://" + address(matcher, "6379"), name));
  }

  /** The system as a URI. */
  String uri() {
    return namespace.contains("://") ? namespace : namespace + ":" + name;
  }

  private static String address(Matcher matcher, String port) {
    return matcher.group(1) + ":" + (matcher.group(2) == null ? port : matcher.group(2));
  }
}
