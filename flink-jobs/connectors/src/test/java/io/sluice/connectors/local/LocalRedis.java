package io.sluice.connectors.local;

import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.ValueOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import redis.embedded.core.ExecutableProvider;

/** A Redis process with an append-only file, which can be killed and started again. */
public final class LocalRedis implements AutoCloseable {
  private final Path directory;
  private final int port;
  private Process process;

  public LocalRedis(Path directory) throws IOException {
    this.directory = directory;
    this.port = Ports.free();
    start();
  }

  /** Starts it, with the data that a killed one left. */
  public void start() throws IOException {
    String binary = ExecutableProvider.newJarResourceProvider().get().getAbsolutePath();
    process =
        new ProcessBuilder(
                binary,
                "--bind",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--dir",
                directory.toString(),
                "--save",
                "",
                "--appendonly",
                "yes")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("redis.log").toFile())
            .start();
    await().atMost(Duration.ofSeconds(20)).until(() -> Ports.answers(port));
  }

  /** Kills it without a chance to say goodbye. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Runs a command whose answer is text. */
  public String command(String name, String... arguments) {
    RedisClient client = RedisClient.create(uri());
    try (var connection = client.connect()) {
      return connection
          .sync()
          .dispatch(
              CommandType.valueOf(name),
              new ValueOutput<>(StringCodec.UTF8),
              new CommandArgs<>(StringCodec.UTF8).addValues(arguments));
    } finally {
      client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
  }

  public String uri() {
    return "redis://127.0.0.1:" + port;
  }

  @Override
  public void close() throws Exception {
    kill();
  }
}
