package io.sluice.k8s.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * An authority, and certificates that it has signed, made by the JDK's keytool; laid out as
 * cert-manager fills a Secret.
 */
final class Certificates {
  private static final String TYPE = "PKCS12";

  /** As cert-manager writes them for the operator's chart. */
  private static final String OF_FILES = "JKS";

  private static final String AUTHORITY = "authority";
  private static final int SECONDS = 60;

  private final Path folder;
  private final char[] password;
  private final KeyStore all;

  /**
   * Makes an authority.
   *
   * @param folder an empty one
   * @param password opens the files
   * @param names of whom it signs certificates, for the loopback address
   */
  Certificates(Path folder, String password, String... names) throws Exception {
    this.folder = Files.createDirectories(folder);
    this.password = password.toCharArray();
    Path store = folder.resolve("all.p12");
    keytool(store, AUTHORITY, List.of("-ext", "bc:c"));
    for (String name : names) {
      keytool(store, name, List.of("-signer", AUTHORITY, "-ext", "san=ip:127.0.0.1"));
    }
    all = KeyStore.getInstance(TYPE);
    try (InputStream bytes = Files.newInputStream(store)) {
      all.load(bytes, this.password);
    }
  }

  private void keytool(Path store, String name, List<String> more)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-J-Xshare:auto", "-genkeypair"));
    command.addAll(List.of("-alias", name, "-dname", "CN=" + name));
    command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "1"));
    command.addAll(List.of("-storetype", TYPE, "-keystore", store.toString()));
    command.addAll(List.of("-storepass", String.valueOf(password)));
    command.addAll(more);
    Path output = folder.resolve("keytool.log");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException("keytool failed: " + Files.readString(output));
    }
  }

  /** The two files of a Secret: a key with its chain, and the authority. */
  Path secret(String name) throws Exception {
    Path secret = Files.createDirectories(folder.resolve(name));
    write(secret.resolve("keystore.jks"), keyOf(name));
    write(secret.resolve("truststore.jks"), authority());
    return secret;
  }

  private void write(Path file, KeyStore store) throws IOException, GeneralSecurityException {
    try (OutputStream bytes = Files.newOutputStream(file)) {
      store.store(bytes, password);
    }
  }

  private KeyStore keyOf(String name) throws IOException, GeneralSecurityException {
    KeyStore store = empty();
    store.setKeyEntry(name, all.getKey(name, password), password, all.getCertificateChain(name));
    return store;
  }

  private KeyStore authority() throws IOException, GeneralSecurityException {
    KeyStore store = empty();
    store.setCertificateEntry(AUTHORITY, all.getCertificate(AUTHORITY));
    return store;
  }

  private static KeyStore empty() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(OF_FILES);
    store.load(null, null);
    return store;
  }

  /** A client that shows a certificate of this authority. */
  SSLContext client(String name) throws Exception {
    return client(keysOf(name));
  }

  /** A client that shows another authority's certificate, and trusts this one. */
  SSLContext client(Certificates other, String name) throws Exception {
    return client(other.keysOf(name));
  }

  /** A client that shows none. */
  SSLContext nobody() throws Exception {
    return client(new KeyManager[0]);
  }

  private KeyManager[] keysOf(String name) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(keyOf(name), password);
    return keys.getKeyManagers();
  }

  private SSLContext client(KeyManager[] keys) throws Exception {
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(authority());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys, trust.getTrustManagers(), new SecureRandom());
    return context;
  }
}
