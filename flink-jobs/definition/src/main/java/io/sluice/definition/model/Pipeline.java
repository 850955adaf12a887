package io.sluice.definition.model;

import java.io.Serializable;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How datasets flow, read from one pipeline file and checked against the datasets that it names.
 * Maps keep the order of the file.
 */
public record Pipeline(
    String name,
    Map<String, Source> sources,
    Bronze bronze,
    Map<String, Silver> silver,
    Map<String, View> gold,
    Run run,
    Connections connections) {

  /** Columns that every silver row carries behind those of its dataset and its derivations. */
  public static final List<Column> PROVENANCE =
      List.of(
          new Column("_topic", ColumnType.Simple.STRING, false),
          new Column("_partition", ColumnType.Simple.INT, false),
          new Column("_offset", ColumnType.Simple.LONG, false),
          new Column("_schema_id", ColumnType.Simple.INT, false),
          new Column("_ingestion_time", ColumnType.Simple.TIMESTAMP_MILLIS, false));

  public Pipeline {
    sources = ordered(sources);
    silver = ordered(silver);
    gold = ordered(gold);
  }

  static <V> Map<String, V> ordered(Map<String, V> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  /** How the value of a Kafka record is written. */
  public enum Format {
    CONFLUENT_AVRO
  }

  /**
   * One dataset and the topic that it arrives on.
   *
   * @param subjects of the schema registry under which writers of the topic register, at least one;
   *     records that name a schema of none of them are rejected
   */
  public record Source(
      Dataset dataset, String topic, List<String> subjects, Format format, EventTime eventTime)
      implements Serializable {
    public Source {
      subjects = List.copyOf(subjects);
    }

    /** The subject under which the schema of the contract is registered. */
    public String subject() {
      return subjects.get(0);
    }
  }

  /**
   * Where an event's time stands and how far out of order it may be.
   *
   * @param field a column of an instant type
   * @param idleness how long a partition may be silent before it no longer holds the watermark back
   * @param maxAhead how far an event's time may be ahead of its arrival in Kafka
   */
  public record EventTime(
      String field, Duration maxOutOfOrderness, Duration idleness, Duration maxAhead)
      implements Serializable {}

  /** The bronze layer; {@code partitionBy} is {@code ingestion_date}. */
  public record Bronze(List<String> partitionBy) implements Serializable {
    public Bronze {
      partitionBy = List.copyOf(partitionBy);
    }
  }

  /**
   * What happens to one dataset on the way to silver.
   *
   * @param derive derived columns, in order; a derivation may use those before it
   */
  public record Silver(
      String dataset, List<Derivation> derive, Optional<Deduplicate> deduplicate, Write write) {
    public Silver {
      derive = List.copyOf(derive);
    }
  }

  /** A column computed from others. It is null when the expression is. */
  public record Derivation(String name, Expression expression) implements Serializable {}

  /**
   * Drops a record whose key was seen before.
   *
   * @param retain how long a key is remembered, in time of arrival
   */
  public record Deduplicate(List<String> by, Duration retain) implements Serializable {
    public Deduplicate {
      by = List.copyOf(by);
    }
  }

  /**
   * What happens to columns that a table lacks or has with narrower types: fields that a producer
   * has added or widened, and those of a contract that was changed. The names are those of Flink
   * CDC.
   */
  public enum SchemaChanges {
    /** The table gets them, while the job runs. */
    EVOLVE,
    /** They are left out, counted and logged; types stay. */
    LENIENT,
    /** The job stops and names them. */
    FAIL
  }

  /**
   * How rows reach a Delta table.
   *
   * @param upsert empty when rows are added and never changed
   * @param schemaChanges what happens to columns that the table lacks
   */
  public record Write(
      List<String> partitionBy, Optional<Upsert> upsert, SchemaChanges schemaChanges) {
    public Write {
      partitionBy = List.copyOf(partitionBy);
    }
  }

  /**
   * One row per key, the newest.
   *
   * @param orderBy of two rows of a key the one with the higher value stays
   * @param indexRetain how long the place of a key's row that does not change is remembered, in
   *     time of arrival; empty for ever
   */
  public record Upsert(List<String> key, String orderBy, Optional<Duration> indexRetain) {
    public Upsert {
      key = List.copyOf(key);
    }
  }

  /** Where a view goes. */
  public enum SinkKind {
    DELTA,
    JDBC,
    REDIS
  }

  /** Addresses of the systems around the job; a value may name environment variables. */
  public record Connections(
      Optional<Kafka> kafka,
      Optional<Registry> registry,
      Optional<Lake> lake,
      Optional<Redis> redis,
      Optional<Jdbc> jdbc) {

    /** The brokers. */
    public record Kafka(Reference bootstrapServers) implements Serializable {}

    /** The schema registry's base address (Confluent-compatible). */
    public record Registry(Reference url) implements Serializable {}

    /** The folder or prefix that holds all tables. */
    public record Lake(Reference root) implements Serializable {}

    /** Redis and the prefix of every key that is written. */
    public record Redis(Reference uri, String keyPrefix) implements Serializable {}

    /** The JDBC database. */
    public record Jdbc(Reference url) implements Serializable {}
  }
}
