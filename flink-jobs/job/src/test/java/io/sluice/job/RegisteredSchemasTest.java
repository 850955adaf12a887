package io.sluice.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.sluice.connectors.kafka.SchemaRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RegisteredSchemasTest {
  private static final String VERSIONS = "/schemas/ids/7/versions?deleted=true";

  private final List<String> requests = new ArrayList<>();
  private final ConcurrentHashMap<String, String> answers = new ConcurrentHashMap<>();
  private HttpServer server;
  private RegisteredSchemas schemas;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String target = exchange.getRequestURI().toString();
          requests.add(target);
          String answer = answers.get(target);
          byte[] body =
              (answer == null ? "{\"error_code\": 40403}" : answer)
                  .getBytes(StandardCharsets.US_ASCII);
          exchange.sendResponseHeaders(answer == null ? 404 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    schemas = new RegisteredSchemas(new SchemaRegistry(url), "orders", List.of("orders-value"));
    answers.put("/schemas/ids/7", "{\"schema\": \"\\\"string\\\"\"}");
    subjects("elsewhere");
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void subjects(String... names) {
    List<String> versions = new ArrayList<>();
    for (String name : names) {
      versions.add("{\"subject\": \"%s\", \"version\": 1}".formatted(name));
    }
    answers.put(VERSIONS, versions.toString());
  }

  @Test
  void aSchemaThatIsRegisteredUnderTheTopicLaterMayAddColumnsFromThenOn() throws Exception {
    assertThat(schemas.schema(7)).isPresent();
    assertThat(schemas.mayAddColumns(7)).isFalse();
    assertThat(schemas.mayAddColumnsByNow(7)).isFalse();

    subjects("elsewhere", "orders-value");
    assertThat(schemas.schema(7)).isPresent();
    assertThat(schemas.mayAddColumns(7)).isFalse();
    requests.clear();
    assertThat(schemas.mayAddColumnsByNow(7)).isTrue();
    assertThat(requests).containsExactly(VERSIONS);
    assertThat(schemas.mayAddColumns(7)).isTrue();
  }

  @Test
  void aSchemaThatIsDeletedMayNotAddColumns() throws Exception {
    schemas.schema(7);
    subjects();
    assertThat(schemas.mayAddColumnsByNow(7)).isFalse();
    answers.remove(VERSIONS);
    assertThat(schemas.mayAddColumnsByNow(7)).isFalse();
    assertThat(schemas.schema(7)).isPresent();
  }

  @Test
  void aRegistryThatCannotBeAskedIsNoAnswer() throws Exception {
    schemas.schema(7);
    answers.put(VERSIONS, "{}");
    assertThatThrownBy(() -> schemas.mayAddColumnsByNow(7)).isInstanceOf(IOException.class);
  }
}
