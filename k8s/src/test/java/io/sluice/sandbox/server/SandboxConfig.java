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
import java.nio.file.Path;
import java.util.Map;
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
}
