package io.sluice.sandbox.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.sluice.sandbox.home.DistFolder;
import io.sluice.sandbox.home.Progress;
import io.sluice.sandbox.home.SandboxHome;
import io.sluice.sandbox.home.SandboxOptions;
import io.sluice.sandbox.home.Storage;
import io.sluice.sandbox.home.StorageChoice;
import io.sluice.sandbox.secrets.ObjectStoreKeys;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** What the sandbox tells Flink, for comparison with manifests. */
public final class SandboxConfig {
  private SandboxConfig() {}

  /**
   * Settings of a home whose tables are in an object store, by key.
   *
   * @param folder an empty one, which becomes a home
   */
  public static Map<String, String> settings(Path folder) throws IOException {
    SandboxHome home = new SandboxHome(folder);
    home.create(Progress.silent());
    StorageChoice.of(home).choose(Storage.S3, false);
    ObjectStoreKeys.create(home.secrets());
    SandboxOptions options = SandboxOptions.standard();
    JsonNode yaml =
        new YAMLMapper()
            .readTree(
                new FlinkConfig(new Setting(home, new DistFolder(folder), options.ports(), options))
                    .yaml());
    Map<String, String> settings = new TreeMap<>();
    yaml.fields()
        .forEachRemaining(field -> settings.put(field.getKey(), field.getValue().asText()));
    return settings;
  }

  /**
   * The levels at which Flink's processes log, by logger.
   *
   * @param folder an empty one, which becomes a home
   */
  public static Map<String, String> logLevels(Path folder) throws IOException {
    SandboxOptions options = SandboxOptions.standard();
    Setting setting =
        new Setting(new SandboxHome(folder), new DistFolder(folder), options.ports(), options);
    Path conf = new FlinkConfig(setting).write();
    return levels(Files.readString(conf.resolve("log4j2.properties")));
  }

  /** The levels of a file of Log4j's settings, by logger. */
  public static Map<String, String> levels(String text) throws IOException {
    Properties properties = new Properties();
    properties.load(new StringReader(text));
    Map<String, String> levels = new TreeMap<>();
    levels.put("", properties.getProperty("rootLogger.level"));
    for (String key : properties.stringPropertyNames()) {
      if (key.matches("logger\\.[^.]+\\.name")) {
        levels.put(
            properties.getProperty(key), properties.getProperty(key.replace(".name", ".level")));
      }
    }
    return levels;
  }
}
