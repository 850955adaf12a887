package io.sluice.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGProperty;

/** Which JDBC URLs reach the driver, which prints the others. */
class PostgresUrlTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://127.0.0.1:15432/sluice?user=sluice&password=a_-b",
        "jdbc:postgresql://db/x",
        "jdbc:postgresql://a:1,b:65535/x?targetServerType=primary",
        "jdbc:postgresql://[::1]:5432/x",
        "jdbc:postgresql:x",
        "jdbc:postgresql://db/?user=u&password=%40%25",
        "jdbc:postgresql://db/x?&user=u&&ssl&currentSchema=city&reWriteBatchedInserts=true",
      })
  void readsWhatTheDriverReads(String url) {
    assertThat(PostgresUrl.require(url)).isEqualTo(url);
    assertThat(org.postgresql.Driver.parseURL(url, null)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgres://db/x?user=u&password=canary",
        "postgresql://u:canary@db/x",
        "jdbc:postgresql://u:canary@db/x",
        "jdbc:postgresql://u:canary@db:5432/x",
        "jdbc:postgresql://db:canary/x",
        "jdbc:postgresql://db:65536/x?password=canary",
        "jdbc:postgresql://db?user=u&password=canary",
        "jdbc:postgresql://db:5432?password=canary",
        "jdbc:postgresql://db/x?password=canary%",
        "jdbc:postgresql://db/x?password=%zzcanary",
        "jdbc:postgresql://db/x/canary",
        "jdbc:postgresql://db/x?password=ca nary",
        "canary",
        "",
      })
  void showsNothingOfOthers(String url) {
    assertThatThrownBy(() -> PostgresUrl.require(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the JDBC URL must look like jdbc:postgresql://HOST:PORT/DATABASE")
        .hasMessageNotContaining("canary")
        .hasNoCause();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "host=canary",
        "port=1",
        "dbname=canary",
        "service=canary",
        "PGHOST=canary",
        "PGPORT=1",
        "PGDBNAME=canary",
        "localSocketAddress=canary",
        "socketFactory=canary",
        "connectExecutor=canary",
        "sslfactory=canary",
        "sslhostnameverifier=canary",
        "sslpasswordcallback=canary",
        "authenticationPluginClassName=canary",
        "xmlFactoryFactory=canary",
        "jaasApplicationName=canary",
      })
  void refusesParametersThatNameServersAndClasses(String parameter) {
    String name = parameter.substring(0, parameter.indexOf('='));
    assertThatThrownBy(
            () -> PostgresUrl.require("jdbc:postgresql://db/x?user=u&password=p&" + parameter))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the JDBC URL has the parameter '" + name + "'")
        .hasMessageNotContaining("canary");
  }

  /** What stands behind an '&' that is not encoded is the rest of a password. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "password=ab&canary",
        "password=ab&canary=c",
        "user=u&%70assword=canary",
        "Canary"
      })
  void showsNoNameThatTheDriverDoesNotKnow(String parameters) {
    assertThatThrownBy(() -> PostgresUrl.require("jdbc:postgresql://db/x?" + parameters))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "the JDBC URL has a parameter that PostgreSQL's driver does not know")
        .hasMessageNotContainingAny("canary", "Canary");
  }

  @Test
  void allowsOnlyWhatTheDriverKnows() {
    assertThat(Arrays.stream(PGProperty.values()).map(PGProperty::getName))
        .containsAll(PostgresUrl.ALLOWED);
  }
}
