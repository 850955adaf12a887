package io.sluice.k8s;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.apache.flink.autoscaler.config.AutoScalerOptions;
import org.apache.flink.changelog.fs.FsStateChangelogOptions;
import org.apache.flink.client.deployment.ClusterSpecification;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.FallbackKey;
import org.apache.flink.kubernetes.configuration.KubernetesConfigOptions;
import org.apache.flink.runtime.checkpoint.CheckpointCoordinator;
import org.apache.flink.state.rocksdb.RocksDBOptions;

/** Every option that the classes of Flink and of the operator's autoscaler declare. */
final class FlinkOptions {
  /** One class of each jar. */
  private static final List<Class<?>> JARS =
      List.of(
          CheckpointingOptions.class,
          CheckpointCoordinator.class,
          ClusterSpecification.class,
          KubernetesConfigOptions.class,
          RocksDBOptions.class,
          FsStateChangelogOptions.class,
          AutoScalerOptions.class);

  private static final Pattern DECLARES =
      Pattern.compile("org/apache/flink/(?!.*shaded).*(Option|Config)[^/]*\\.class");

  private static final FlinkOptions ALL = new FlinkOptions();

  private final Map<String, ConfigOption<?>> byKey = new HashMap<>();
  private final Map<String, String> renamed = new HashMap<>();

  private FlinkOptions() {
    for (Class<?> type : JARS) {
      Path jar = jarOf(type);
      try (JarFile file = new JarFile(jar.toFile())) {
        file.stream()
            .map(entry -> entry.getName())
            .filter(name -> DECLARES.matcher(name).matches())
            .forEach(name -> read(name.replace('/', '.').replaceFirst("\\.class$", "")));
      } catch (IOException e) {
        throw new UncheckedIOException(jar + " cannot be read.", e);
      }
    }
    renamed.keySet().removeAll(byKey.keySet());
  }

  static FlinkOptions all() {
    return ALL;
  }

  /** Options by their keys. */
  Map<String, ConfigOption<?>> byKey() {
    return byKey;
  }

  /** The present keys of options by their deprecated ones. */
  Map<String, String> renamed() {
    return renamed;
  }

  private void read(String className) {
    try {
      Class<?> type = Class.forName(className, false, FlinkOptions.class.getClassLoader());
      for (Field field : type.getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers()) && field.getType() == ConfigOption.class) {
          field.setAccessible(true);
          add((ConfigOption<?>) field.get(null));
        }
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(className + " cannot be read.", e);
    }
  }

  private void add(ConfigOption<?> option) {
    byKey.putIfAbsent(option.key(), option);
    for (FallbackKey key : option.fallbackKeys()) {
      if (key.isDeprecated()) {
        renamed.put(key.getKey(), option.key());
      } else {
        byKey.putIfAbsent(key.getKey(), option);
      }
    }
  }

  private static Path jarOf(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("The jar of " + type + " has no path.", e);
    }
  }
}
