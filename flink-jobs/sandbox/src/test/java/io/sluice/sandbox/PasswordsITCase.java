package io.sluice.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.sandbox.home.Component;
import io.sluice.sandbox.home.DistFolder;
import io.sluice.sandbox.home.Ports;
import io.sluice.sandbox.home.Progress;
import io.sluice.sandbox.home.SandboxHome;
import io.sluice.sandbox.home.SandboxOptions;
import io.sluice.sandbox.process.Commands;
import io.sluice.sandbox.process.OrdinaryUser;
import io.sluice.sandbox.secrets.Secrets;
import io.sluice.sandbox.server.ServerBinaries;
import io.sluice.sandbox.server.Setting;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another user of the machine gets into neither the home nor Redis nor PostgreSQL. */
class PasswordsITCase {

  private static final Path DIST = Path.of("dist/target/servers");

  @TempDir Path folder;
  private final List<String> notes = new ArrayList<>();
  private SandboxHome home;
  private Sandbox sandbox;

  @BeforeEach
  void open() {
    home = new SandboxHome(folder.resolve("home"));
    sandbox = Sandbox.open(home, DIST, SandboxOptions.standard().withPorts(Ports.anyFree()));
  }

  @AfterEach
  void down() {
    sandbox.down(Progress.silent());
  }

  @Test
  void nobodyElseMayReadAnythingInTheHome() throws IOException {
    sandbox.start(Component.REDIS);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.root())))
        .isEqualTo("rwx------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.secrets())))
        .isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(home.secrets())) {
      assertThat(files.toList())
          .isNotEmpty()
          .allSatisfy(
              file ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                      .isEqualTo("rw-------"));
    }
  }

  @Test
  void redisLetsTheJobsUserDoWhatASinkNeedsAndNoMore() throws IOException {
    sandbox.start(Component.REDIS);
    assertThat(redis("", "PING", "SET x 1")).allMatch(line -> line.startsWith("-NOAUTH"));
    assertThat(redis("AUTH sluice wrong")).allMatch(line -> line.startsWith("-WRONGPASS"));

    String login = login(sandbox.endpoints().redisUri());
    assertThat(redis(login, "HSET sluice:v:a f 1", "HGET sluice:v:a f", "SCAN 0"))
        .noneMatch(line -> line.startsWith("-"));
    List<String> refused =
        List.of(
            "CONFIG SET dir /tmp",
            "FLUSHALL",
            "DEBUG SLEEP 0",
            "SHUTDOWN NOSAVE",
            "ACL LIST",
            "KEYS *",
            "SAVE",
            "REPLICAOF 127.0.0.1 1",
            "MODULE LOAD x",
            "SCRIPT FLUSH",
            "CLIENT LIST",
            "EVAL \"return redis.call('FLUSHALL')\" 0");
    assertThat(redis(login, refused.toArray(String[]::new)))
        .hasSize(refused.size())
        .allMatch(line -> line.contains("NOPERM") || line.contains("can't run this command"));
    assertThat(redis(login(sandbox.ownersEndpoints().redisUri()), "FLUSHALL"))
        .containsExactly("+OK");
  }

  @Test
  void serversGetWhatTheyNeedOfTheEnvironmentOnly() throws IOException {
    sandbox.start(Component.POSTGRES);
    long pid = sandbox.pid(Component.POSTGRES).orElseThrow();
    String environment = Files.readString(Path.of("/proc", Long.toString(pid), "environ"));
    assertThat(environment.split("\0"))
        .extracting(variable -> variable.replaceFirst("=.*", ""))
        .contains("PATH", "LC_ALL")
        .allMatch(
            name ->
                name.matches("PATH|HOME|USER|LANG|LC_.*|TZ|TMPDIR|JAVA_HOME|SLUICE_.*")
                    // Set by the keeper's shell.
                    || name.matches("PWD|OLDPWD|SHLVL|_"));
  }

  @Test
  void postgresLetsInNobodyWithoutThePassword() throws SQLException {
    sandbox.start(Component.POSTGRES);
    String url = sandbox.endpoints().jdbcUrl();
    for (String user : List.of("sluice", "postgres", "nobody")) {
      String stranger = url.replaceFirst("user=.*", "user=" + user);
      assertThatThrownBy(() -> DriverManager.getConnection(stranger))
          .hasMessageContaining("password");
      assertThatThrownBy(() -> DriverManager.getConnection(stranger + "&password=wrong"))
          .hasMessageContaining("password authentication failed");
    }
    assertThat(home.data(Component.POSTGRES).resolve("db").resolve("pg_hba.conf"))
        .content()
        .doesNotContain("trust");
    requireOwnerOfOneDatabase(url);
  }

  @Test
  void aHomeOfAnEarlierVersionGetsPasswordsAndKeepsItsTables() throws Exception {
    Path bin = anEarlierVersionsDatabase();
    sandbox.start(Component.POSTGRES);
    String url = sandbox.endpoints().jdbcUrl();
    assertThat(number(url, "SELECT x FROM kept")).isEqualTo("7");
    execute(url, "ALTER TABLE kept ADD y int");
    requireOwnerOfOneDatabase(url);

    // Passwords that were lost are made anew, too.
    sandbox.stop(Component.POSTGRES);
    Files.delete(Secrets.file(home.secrets()));
    sandbox.start(Component.POSTGRES);
    assertThat(sandbox.endpoints().jdbcUrl()).isNotEqualTo(url);
    assertThat(number(sandbox.endpoints().jdbcUrl(), "SELECT x FROM kept")).isEqualTo("7");
    assertThat(bin).exists();
  }

  @Test
  void anOpenHomeIsClosedAndThatIsSaid() throws IOException {
    Files.createDirectories(home.root());
    Files.setPosixFilePermissions(home.root(), PosixFilePermissions.fromString("rwxr-xr-x"));
    home.create(
        new Progress() {
          @Override
          public void note(String sentence) {
            notes.add(sentence);
          }
        });
    assertThat(notes)
        .containsExactly("The folder " + home.root() + " was open to other users; now it is not");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.root())))
        .isEqualTo("rwx------");
  }

  private void requireOwnerOfOneDatabase(String url) throws SQLException {
    execute(url, "CREATE TABLE own (x int)");
    for (String sql :
        List.of(
            "CREATE ROLE another",
            "CREATE DATABASE another",
            "ALTER SYSTEM SET max_connections = 1",
            "COPY own FROM PROGRAM 'echo 1'",
            "COPY own TO '" + home.root().resolve("own") + "'",
            "SELECT pg_read_file('PG_VERSION')",
            "SELECT * FROM pg_authid",
            "ALTER ROLE sluice SUPERUSER")) {
      assertThatThrownBy(() -> execute(url, sql)).as(sql).hasMessageContaining("permission denied");
    }
    assertThatThrownBy(() -> number(url.replace("/sluice?", "/postgres?"), "SELECT 1"))
        .hasMessageContaining("permission denied for database");
    String owner = sandbox.ownersEndpoints().jdbcUrl();
    assertThat(number(owner, "SELECT count(*) FROM pg_roles WHERE rolsuper")).isEqualTo("1");
  }

  /** As versions before passwords made it: the only user is a superuser, and everybody is it. */
  private Path anEarlierVersionsDatabase() throws IOException {
    home.create(Progress.silent());
    Setting setting =
        new Setting(
            home, new DistFolder(DIST), Ports.anyFree().resolved(), SandboxOptions.standard());
    Path bin = new ServerBinaries(setting, Progress.silent()).postgres().resolve("bin");
    Path data = home.data(Component.POSTGRES).resolve("db");
    List<String> prefix = OrdinaryUser.find().prefix();
    run(
        prefix,
        List.of(
            bin.resolve("initdb").toString(),
            "--auth=trust",
            "--username=sluice",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "-D",
            data.toString()),
        "");
    List<String> single =
        List.of(bin.resolve("postgres").toString(), "--single", "-D", data.toString());
    run(prefix, with(single, "postgres"), "CREATE DATABASE sluice;\n");
    run(
        prefix,
        with(single, "sluice"),
        "CREATE TABLE kept (x serial, y0 int);\nINSERT INTO kept VALUES (7, 0);\n");
    return bin;
  }

  private static List<String> with(List<String> command, String last) {
    return Stream.concat(command.stream(), Stream.of(last)).toList();
  }

  private static void run(List<String> prefix, List<String> command, String input) {
    List<String> all = new ArrayList<>(prefix);
    all.addAll(command);
    Commands.Result result = Commands.tryRun(all, java.util.Map.of(), input);
    assertThat(result.output()).doesNotContain("ERROR");
    assertThat(result.succeeded()).as(result.output()).isTrue();
  }

  private static void execute(String url, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url)) {
      connection.createStatement().execute(sql);
    }
  }

  private static String number(String url, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        ResultSet rows = connection.createStatement().executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static String login(String uri) {
    return "AUTH " + URI.create(uri).getUserInfo().replaceFirst(":", " ");
  }

  /** The first lines of the answers to the commands; the login, if any, has to succeed first. */
  private List<String> redis(String login, String... commands) throws IOException {
    URI at = URI.create(sandbox.endpoints().redisUri());
    List<String> answers = new ArrayList<>();
    for (String command : commands.length == 0 ? new String[] {login} : commands) {
      try (Socket socket = new Socket(at.getHost(), at.getPort())) {
        String all = login.isEmpty() || commands.length == 0 ? "" : login + "\r\n";
        socket
            .getOutputStream()
            .write((all + command + "\r\nQUIT\r\n").getBytes(StandardCharsets.US_ASCII));
        List<String> lines =
            new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        answers.add(lines.get(all.isEmpty() ? 0 : 1));
      }
    }
    return answers;
  }
}
