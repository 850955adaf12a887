package io.sluice.job.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names by OpenLineage's convention, of addresses with and without credentials. */
class DatasetNameTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          kafka:9092                      | kafka://kafka:9092
          kafka                           | kafka://kafka:9092
          a.example.com:1,b.example.com:2 | kafka://a.example.com:1
          SASL_SSL://a:9093               | kafka://a:9093
          [::1]:9092                      | kafka://[::1]:9092
          a b                             |
          """)
  void topics(String servers, String namespace) {
    assertThat(DatasetName.topic(servers, "trades.v1"))
        .isEqualTo(Optional.ofNullable(namespace).map(n -> new DatasetName(n, "trades.v1")));
  }

  @ParameterizedTest
  @CsvSource({
    "s3://bucket/lake, s3://bucket, lake/silver/trades",
    "s3://bucket/a/b/, s3://bucket, a/b/silver/trades",
    "s3://bucket, s3://bucket, silver/trades",
    "/data/lake, file, /data/lake/silver/trades",
    "file:///data/lake/, file, /data/lake/silver/trades",
    "file:/data/lake, file, /data/lake/silver/trades"
  })
  void tables(String root, String namespace, String name) {
    assertThat(DatasetName.table(root, "silver/trades"))
        .isEqualTo(new DatasetName(namespace, name));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          jdbc:postgresql://db:5433/sluice?user=u&password=canary           | postgres://db:5433 | sluice.public.v
          jdbc:postgresql://db/sluice?password=canary&currentSchema=risk&x=1 | postgres://db:5432 | sluice.risk.v
          jdbc:postgresql://db/sluice                                       | postgres://db:5432 | sluice.public.v
          jdbc:postgresql://u:canary@db/sluice                              |                    |
          jdbc:postgresql://a,b/sluice                                      |                    |
          jdbc:mysql://db/sluice?password=canary                            |                    |
          """)
  void relations(String url, String namespace, String name) {
    assertThat(DatasetName.relation(url, "v"))
        .isEqualTo(Optional.ofNullable(namespace).map(n -> new DatasetName(n, name)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          redis://user:canary@cache:6380/3?timeout=10s | redis://cache:6380 | 3.sluice:v
          rediss://:can@ary@cache                      | redis://cache:6379 | 0.sluice:v
          redis-sentinel://canary@a:1,b:2/0#main       |                    |
          """)
  void hashes(String uri, String namespace, String name) {
    assertThat(DatasetName.hashes(uri, "sluice:", "v"))
        .isEqualTo(Optional.ofNullable(namespace).map(n -> new DatasetName(n, name)));
  }
}
