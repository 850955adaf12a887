package io.sluice.cli.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RegistrySchemasTest {
  private final Map<String, String> schemas = new HashMap<>();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/schemas/ids/",
        exchange -> {
          String schema = schemas.get(exchange.getRequestURI().getPath().replaceAll(".*/", ""));
          byte[] answer =
              (schema == null ? "{\"error_code\": 40403}" : "{\"schema\": \"" + schema + "\"}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(schema == null ? 404 : 200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void aSchemaThatAvroDoesNotTakeIsKnownByItsText() throws IOException {
    String field =
        "{\"type\": \"record\", \"name\": \"r\", \"fields\": [{\"name\": \"%s\", \"type\": \"int\", \"default\": \"none\"}]}";
    schemas.put("1", field.formatted("a").replace("\"", "\\\""));
    schemas.put("2", field.formatted("b").replace("\"", "\\\""));
    assertThat(registry().fingerprint(1)).isPresent().isEqualTo(registry().fingerprint(1));
    assertThat(registry().fingerprint(2)).isPresent().isNotEqualTo(registry().fingerprint(1));
  }

  private Schemas registry() {
    return new RegistrySchemas("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Test
  void anIdIsKnownByWhatItsSchemaIs() throws IOException {
    schemas.put("1", "{\\\"type\\\": \\\"int\\\"}");
    schemas.put("2", "\\\"int\\\"");
    schemas.put("3", "\\\"long\\\"");
    schemas.put("4", "no schema");
    assertThat(registry().fingerprint(1)).isPresent().isEqualTo(registry().fingerprint(2));
    assertThat(registry().fingerprint(3)).isPresent().isNotEqualTo(registry().fingerprint(1));
    assertThat(registry().fingerprint(4)).isPresent();
    assertThat(registry().fingerprint(5)).isEmpty();
  }
}
