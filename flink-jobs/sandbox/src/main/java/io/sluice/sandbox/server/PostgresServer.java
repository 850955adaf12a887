package io.sluice.sandbox.server;

import io.sluice.sandbox.home.Component;
import io.sluice.sandbox.home.Endpoints;
import io.sluice.sandbox.home.Progress;
import io.sluice.sandbox.process.Commands;
import io.sluice.sandbox.process.Folders;
import io.sluice.sandbox.process.Launch;
import io.sluice.sandbox.process.OrdinaryUser;
import io.sluice.sandbox.process.Poll;
import io.sluice.sandbox.process.Processes;
import io.sluice.sandbox.process.SandboxException;
import io.sluice.sandbox.secrets.PostgresRoles;
import io.sluice.sandbox.secrets.PrivateFiles;
import io.sluice.sandbox.secrets.Secrets;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * PostgreSQL with the database {@code sluice}, owned by its user {@code sluice}, who is no
 * superuser. Nobody is let in without a password.
 */
final class PostgresServer implements Server {

  private static final String NAME = PostgresRoles.USER;

  /** Tells in the server's folder which passwords it has. */
  private static final String MARK = "passwords.sha256";

  private static final int PROTOCOL_3 = 3 << 16;
  private static final Duration LONGEST_BURIAL = Duration.ofSeconds(10);

  private final Setting setting;
  private final Progress progress;

  PostgresServer(Setting setting, Progress progress) {
    this.setting = setting;
    this.progress = progress;
  }

  @Override
  public Launch prepare(String instance) throws IOException {
    Path folder = setting.data(Component.POSTGRES);
    PrivateFiles.folder(folder);
    Path bin = new ServerBinaries(setting, progress).postgres().resolve("bin");
    OrdinaryUser user = OrdinaryUser.find();
    user.own(folder, List.of(setting.home().root(), setting.home().data()));
    List<String> prefix = user.prefix();
    Path data = folder.resolve("db");
    if (!Files.exists(data)) {
      create(prefix, bin, folder, data);
    }
    awaitBurial(data.resolve("postmaster.pid"));
    Optional<Secrets> secrets = setting.secrets();
    if (secrets.isPresent()) {
      requirePasswords(prefix, bin, data, secrets.get());
    }
    List<String> command = new ArrayList<>(prefix);
    command.addAll(List.of(bin.resolve("postgres").toString(), "-D", data.toString()));
    Map<String, String> settings =
        Map.of(
            "port", Integer.toString(setting.ports().postgres()),
            "listen_addresses", Endpoints.HOST,
            // Socket paths are limited to about 100 bytes, those of homes are not.
            "unix_socket_directories", "",
            // For exactly-once sinks with prepared transactions.
            "max_prepared_transactions", "20",
            "max_connections", "60");
    settings.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
    return new Launch(command, Map.of("TZ", "UTC"), folder);
  }

  @Override
  public boolean isReady(String instance) {
    try (Socket socket = Probe.connect(setting.ports().postgres())) {
      return logsIn(socket);
    } catch (IOException notYet) {
      return false;
    }
  }

  /** A "fast" shutdown: SIGTERM would wait for the last client to leave. */
  @Override
  public String stopSignal() {
    return "INT";
  }

  /** A killed predecessor counts as running for PostgreSQL until its parent has noticed its end. */
  private static void awaitBurial(Path lock) throws IOException {
    if (!Files.exists(lock)) {
      return;
    }
    long pid = Long.parseLong(Files.readAllLines(lock).get(0).strip());
    Path process = Path.of("/proc", Long.toString(pid));
    Poll.await(
        () -> !Files.exists(process) || Processes.mark(pid).isPresent(),
        Duration.ofMillis(50),
        LONGEST_BURIAL);
  }

  /** Into another folder first, so that an interrupted creation is never taken for a database. */
  private void create(List<String> prefix, Path bin, Path folder, Path data) throws IOException {
    Path draft = folder.resolve("db.draft");
    Folders.delete(draft);
    List<String> initdb = new ArrayList<>(prefix);
    initdb.addAll(
        List.of(
            bin.resolve("initdb").toString(),
            // Until somebody has a password.
            "--auth=reject",
            "--username=" + PostgresRoles.OWNER,
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "-D",
            draft.toString()));
    Commands.run(initdb, "an empty database");
    alone(prefix, bin, draft, "postgres", PostgresRoles.database());
    Files.move(draft, data);
  }

  /** Gives a server its passwords that has others or, by an earlier version, none. */
  private static void requirePasswords(List<String> prefix, Path bin, Path data, Secrets secrets)
      throws IOException {
    Path mark = data.resolveSibling(MARK);
    String wanted = PostgresRoles.mark(secrets);
    if (Files.exists(mark) && Files.readString(mark).equals(wanted)) {
      return;
    }
    alone(prefix, bin, data, "postgres", PostgresRoles.roles(secrets));
    alone(prefix, bin, data, NAME, PostgresRoles.tables());
    // The file keeps its owner.
    Files.writeString(data.resolve("pg_hba.conf"), PostgresRoles.ACCESS);
    PrivateFiles.write(mark, wanted);
  }

  /** Statements, one a line, that a server executes of which nobody else has a connection. */
  private static void alone(
      List<String> prefix, Path bin, Path data, String database, String statements) {
    List<String> single = new ArrayList<>(prefix);
    single.addAll(
        List.of(bin.resolve("postgres").toString(), "--single", "-D", data.toString(), database));
    Commands.Result result = Commands.tryRun(single, Map.of(), statements);
    // Of an error only its own line: the statement behind it may hold a password.
    Optional<String> error =
        result
            .output()
            .lines()
            .filter(line -> line.matches(".*(ERROR|FATAL|PANIC):.*"))
            .findFirst();
    if (!result.succeeded() || error.isPresent()) {
      throw new SandboxException(
          "The database '%s' cannot be made ready: %s."
              .formatted(NAME, error.orElse("exit code " + result.code())));
    }
  }

  /**
   * Begins to log in as a client does; the first answer is an error while the server still starts,
   * else the question for the password.
   */
  private static boolean logsIn(Socket socket) throws IOException {
    byte[] parameters =
        ("user\0" + NAME + "\0database\0" + NAME + "\0\0").getBytes(StandardCharsets.US_ASCII);
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    out.writeInt(parameters.length + 2 * Integer.BYTES);
    out.writeInt(PROTOCOL_3);
    out.write(parameters);
    out.flush();
    boolean authenticated = new DataInputStream(socket.getInputStream()).readByte() == 'R';
    out.write(new byte[] {'X', 0, 0, 0, 4});
    return authenticated;
  }
}
