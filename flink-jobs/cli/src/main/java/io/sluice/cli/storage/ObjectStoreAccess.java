package io.sluice.cli.storage;

import io.sluice.cli.text.CommandFailure;
import io.sluice.sandbox.home.ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.plugin.DefaultPluginManager;
import org.apache.flink.core.plugin.DirectoryBasedPluginFinder;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * How this process is let into the object store of the home that it works for. Clients of S3 look
 * for credentials in the properties of their process before they look into its environment, so
 * those of a home stand neither in a file that is not private nor in an argument.
 */
public final class ObjectStoreAccess {
  private static ObjectStore granted;
  private static Path plugins;
  private static boolean flinkKnows;
  private static S3Client client;

  private ObjectStoreAccess() {}

  /** What the clients of this process read. */
  static Map<String, String> properties(ObjectStore store) {
    return Map.of(
        "aws.accessKeyId", store.keys().accessKey(),
        "aws.secretAccessKey", store.keys().secretKey(),
        "aws.region", ObjectStore.REGION,
        "aws.endpointUrlS3", store.endpoint());
  }

  /**
   * Lets all readers of this process into a store.
   *
   * @param flinkPlugins the folder of Flink's plugins, its file system on S3 among them
   */
  public static synchronized void grant(ObjectStore store, Path flinkPlugins) {
    if (store.equals(granted)) {
      return;
    }
    properties(store).forEach(System::setProperty);
    granted = store;
    plugins = flinkPlugins;
    flinkKnows = false;
    if (client != null) {
      client.close();
      client = null;
    }
  }

  /**
   * The client of this process, which ends with it: of the home's store or, without one, of what
   * the environment names.
   */
  static synchronized S3Client client() {
    if (client == null) {
      client = S3Client.builder().forcePathStyle(granted != null).build();
    }
    return client;
  }

  /**
   * Sees to it that Flink's classes in this process read the store.
   *
   * @param address what is to be read, for the message
   * @throws CommandFailure if the home has no object store
   */
  public static synchronized void requireFlink(String address) {
    if (granted == null) {
      throw new CommandFailure(
          "%s is in a bucket, but this home keeps its tables and the state of its jobs on disk, and its Flink reads no bucket: name one on disk, or a home that was started with --storage s3."
              .formatted(address));
    }
    if (flinkKnows) {
      return;
    }
    Configuration settings = new Configuration();
    settings.setString("s3.endpoint", granted.endpoint());
    settings.setString("s3.region", ObjectStore.REGION);
    settings.setString("s3.path-style-access", "true");
    try {
      FileSystem.initialize(
          settings,
          new DefaultPluginManager(
              new DirectoryBasedPluginFinder(plugins).findPlugins(),
              CoreOptions.getPluginParentFirstLoaderPatterns(settings)));
    } catch (IOException e) {
      throw new CommandFailure(
          "Flink's file system on S3 cannot be loaded from %s: %s."
              .formatted(plugins, e.getMessage()),
          e);
    }
    flinkKnows = true;
  }
}
