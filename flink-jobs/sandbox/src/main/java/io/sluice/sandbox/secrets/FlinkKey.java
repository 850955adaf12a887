package io.sluice.sandbox.secrets;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The key of a home's Flink cluster: one self-signed certificate that server and clients show each
 * other. Who cannot read the file is no client, and no other certificate is trusted.
 *
 * @param file PKCS #12, which only its owner may read. Its password is no secret: Flink copies its
 *     settings, a password among them, into the graph of each job
 */
public record FlinkKey(Path file) {

  private static final String PASSWORD = "no secret";
  private static final String NAME = "flink-key.p12";
  private static final String TYPE = "PKCS12";
  private static final String PROTOCOL = "TLSv1.3";

  /** The key of a folder of secrets; empty for a home of an earlier version or a new one. */
  public static Optional<FlinkKey> read(Path folder) {
    return Optional.of(new FlinkKey(file(folder))).filter(key -> Files.exists(key.file));
  }

  /** Where the key of a folder of secrets stands, or will. */
  public static Path file(Path folder) {
    return folder.resolve(NAME);
  }

  /**
   * The command that makes a key for this machine's loopback address.
   *
   * @param java the program, beside which keytool lies
   * @param file must not exist; its folder should be private
   */
  public static List<String> keytool(Path java, Path file) {
    return List.of(
        java.resolveSibling("keytool").toString(),
        "-J-XX:TieredStopAtLevel=1",
        "-J-Xshare:auto",
        "-genkeypair",
        "-alias",
        "flink",
        "-keyalg",
        "EC",
        "-groupname",
        "secp256r1",
        "-dname",
        "CN=sluice",
        "-ext",
        "san=ip:127.0.0.1",
        // A clock that is set back must not lock everybody out.
        "-startdate",
        "-1y",
        "-validity",
        "36500",
        "-storetype",
        TYPE,
        "-keystore",
        file.toString(),
        "-storepass",
        PASSWORD);
  }

  /** Flink's settings: REST, RPC and the exchange of jars (blobs) ask for this certificate. */
  public Map<String, String> flinkSettings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("security.ssl.protocol", PROTOCOL);
    settings.put("security.ssl.algorithms", "TLS_AES_128_GCM_SHA256");
    settings.put("security.ssl.rest.enabled", "true");
    settings.put("security.ssl.rest.authentication-enabled", "true");
    settings.put("security.ssl.internal.enabled", "true");
    // Records that pass between processes run no code, and each of them would pay for it.
    settings.put("taskmanager.data.ssl.enabled", "false");
    for (String side : List.of("security.ssl.rest.", "security.ssl.internal.")) {
      settings.put(side + "keystore", file.toString());
      settings.put(side + "keystore-password", PASSWORD);
      settings.put(side + "key-password", PASSWORD);
      settings.put(side + "truststore", file.toString());
      settings.put(side + "truststore-password", PASSWORD);
    }
    return settings;
  }

  /**
   * What a client of Flink's REST needs.
   *
   * @throws IOException if the file cannot be read
   */
  public SSLContext context() throws IOException {
    char[] secret = PASSWORD.toCharArray();
    try (InputStream bytes = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance(TYPE);
      store.load(bytes, secret);
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, secret);
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance(PROTOCOL);
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("the key " + file + " cannot be used: " + e.getMessage(), e);
    }
  }
}
