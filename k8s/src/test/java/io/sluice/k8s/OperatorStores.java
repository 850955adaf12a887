package io.sluice.k8s;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Map;
import org.apache.flink.configuration.Configuration;

/**
 * The files that the operator's chart mounts into its pod. Flink's deployer, which runs there,
 * makes a client of REST with the settings of the job: they must name files that this pod has, too.
 */
final class OperatorStores {
  /** Where the operator's chart mounts them, by the settings that name them. */
  static final Map<String, String> MOUNTED =
      Map.of(
          "security.ssl.rest.keystore", "/opt/flink/tls-cert/keystore.jks",
          "security.ssl.rest.truststore", "/opt/flink/tls-cert/truststore.jks");

  private OperatorStores() {}

  /**
   * Puts files in the place of those of the pod, which this machine lacks.
   *
   * @throws IllegalStateException if the settings name files that the operator's pod has not either
   */
  static void use(Configuration configuration, Path folder) throws IOException {
    for (Map.Entry<String, String> mounted : MOUNTED.entrySet()) {
      String named = configuration.getString(mounted.getKey(), null);
      if (named == null) {
        continue;
      }
      if (!named.equals(mounted.getValue())) {
        throw new IllegalStateException("The operator's pod has no " + named + ".");
      }
      String password = configuration.getString(mounted.getKey() + "-password", null);
      Path file = folder.resolve(Path.of(named).getFileName());
      configuration.setString(mounted.getKey(), empty(file, password.toCharArray()).toString());
    }
  }

  private static Path empty(Path file, char[] password) throws IOException {
    try (OutputStream bytes = Files.newOutputStream(file)) {
      KeyStore store = KeyStore.getInstance("JKS");
      store.load(null, null);
      store.store(bytes, password);
      return file;
    } catch (GeneralSecurityException e) {
      throw new IOException(file + " cannot be written: " + e.getMessage(), e);
    }
  }
}
