package io.sluice.sandbox.server;

import io.sluice.sandbox.home.Component;
import io.sluice.sandbox.home.Endpoints;
import io.sluice.sandbox.home.Progress;
import io.sluice.sandbox.process.Launch;
import io.sluice.sandbox.secrets.PrivateFiles;
import io.sluice.sandbox.secrets.RedisUsers;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A Redis server that appends every change to a file and lets in who knows a password. */
final class RedisServer implements Server {

  private final Setting setting;
  private final Progress progress;

  RedisServer(Setting setting, Progress progress) {
    this.setting = setting;
    this.progress = progress;
  }

  @Override
  public Launch prepare(String instance) throws IOException {
    Path data = Files.createDirectories(setting.data(Component.REDIS));
    Path conf = data.resolve("redis.conf");
    // Without a folder: its files lie in the working directory, whatever the home's name holds.
    PrivateFiles.write(
        conf,
        String.format(
                Locale.ROOT,
                """
        bind %s
        port %d
        daemonize no
        # The file is written before the answer: a killed process loses nothing. Only the disk is
        # synchronised in the background.
        appendonly yes
        appendfsync everysec
        no-appendfsync-on-rewrite yes
        save ""
        """,
                Endpoints.HOST,
                setting.ports().redis())
            + setting.secrets().map(RedisUsers::config).orElse(""));
    String program = new ServerBinaries(setting, progress).redis();
    return new Launch(List.of(program, conf.toString()), Map.of(), data);
  }

  @Override
  public boolean isReady(String instance) {
    try (Socket socket = Probe.connect(setting.ports().redis())) {
      String login =
          setting
              .secrets()
              .map(secrets -> "AUTH %s %s\r\n".formatted(RedisUsers.USER, secrets.redis()))
              .orElse("");
      String wanted = (login.isEmpty() ? "" : "+OK\r\n") + "+PONG";
      socket.getOutputStream().write((login + "PING\r\n").getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readNBytes(wanted.length());
      return new String(answer, StandardCharsets.US_ASCII).equals(wanted);
    } catch (IOException notYet) {
      return false;
    }
  }
}
