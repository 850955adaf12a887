package io.sluice.sandbox.server;

import io.sluice.sandbox.home.Component;
import io.sluice.sandbox.home.ObjectStore;
import io.sluice.sandbox.home.SandboxHome;
import io.sluice.sandbox.process.Folders;
import io.sluice.sandbox.process.JavaCommand;
import io.sluice.sandbox.process.Launch;
import io.sluice.sandbox.process.SandboxException;
import io.sluice.sandbox.secrets.PrivateFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** S3Proxy over a folder: a bucket is a folder in it, an object a file. */
final class S3Server implements Server {

  /** Not logback.xml, which its jar has, too. */
  private static final String LOGGING = "logging.xml";

  private final Setting setting;

  S3Server(Setting setting) {
    this.setting = setting;
  }

  @Override
  public Launch prepare(String instance) throws IOException {
    SandboxHome home = setting.home();
    ObjectStore store =
        setting
            .objects()
            .orElseThrow(
                () ->
                    new SandboxException(
                        "The home %s keeps its tables on disk and has no object store."
                            .formatted(home.root())));
    Path data = Files.createDirectories(setting.data(Component.S3));
    // The store shows a bucket to everybody whose folder everybody may read.
    PrivateFiles.folder(home.bucket());
    Path temporary = Folders.empty(data.resolve("tmp"));
    Path config = data.resolve("s3proxy.conf");
    PrivateFiles.write(config, properties(store, home.bucket().getParent()));
    Files.writeString(data.resolve(LOGGING), logging());
    Path jar = setting.dist().objectStoreJar();
    List<String> command = new ArrayList<>(List.of(JavaCommand.program()));
    command.addAll(JavaCommand.EVERYWHERE);
    command.addAll(setting.sharing(Component.S3, "-jar", List.of(jar), instance));
    command.addAll(JavaCommand.THRIFTY_COMPILATION);
    command.addAll(
        List.of(
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-Djava.io.tmpdir=" + temporary,
            "-Dlogback.configurationFile=" + LOGGING,
            "-Dlogback.statusListenerClass=ch.qos.logback.core.status.NopStatusListener",
            "-jar",
            jar.toString(),
            "--properties",
            config.getFileName().toString()));
    return new Launch(command, Map.of(), data);
  }

  @Override
  public boolean isReady(String instance) {
    return setting.objects().flatMap(store -> Probe.get(store.endpoint() + "/healthz")).isPresent();
  }

  /** With everything escaped that a home's name may hold. */
  private static String properties(ObjectStore store, Path buckets) throws IOException {
    Properties properties = new Properties();
    properties.setProperty("s3proxy.endpoint", store.endpoint());
    properties.setProperty("s3proxy.authorization", "aws-v2-or-v4");
    properties.setProperty("s3proxy.identity", store.keys().accessKey());
    properties.setProperty("s3proxy.credential", store.keys().secretKey());
    properties.setProperty("jclouds.provider", "filesystem-nio2");
    properties.setProperty("jclouds.identity", "none");
    properties.setProperty("jclouds.credential", "none");
    // A relative one is taken for an attempt to leave it.
    properties.setProperty("jclouds.filesystem.basedir", buckets.toString());
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    properties.store(text, "Written at each start of the sandbox.");
    return text.toString(StandardCharsets.ISO_8859_1);
  }

  private static String logging() {
    return """
        <configuration>
          <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
            <encoder><pattern>%d{yyyy-MM-dd HH:mm:ss.SSS} %-5level %logger{40} - %msg%n</pattern></encoder>
          </appender>
          <root level="warn"><appender-ref ref="out"/></root>
        </configuration>
        """;
  }
}
