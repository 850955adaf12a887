package io.sluice.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A Redis server that appends every change to a file. */
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
    Files.writeString(
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
            setting.ports().redis()));
    String program = new ServerBinaries(setting, progress).redis();
    return new Launch(List.of(program, conf.toString()), Map.of(), data);
  }

  @Override
  public boolean isReady(String instance) {
    try (Socket socket = Probe.connect(setting.ports().redis())) {
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      InputStream answer = socket.getInputStream();
      return new String(answer.readNBytes(5), StandardCharsets.US_ASCII).equals("+PONG");
    } catch (IOException notYet) {
      return false;
    }
  }
}
