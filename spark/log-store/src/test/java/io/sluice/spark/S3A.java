package io.sluice.spark;

import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** Hadoop's settings for a bucket of the test's server. */
final class S3A {

  private S3A() {}

  /**
   * @param variables those of the server or of a proxy in front of it
   */
  static Configuration settings(Map<String, String> variables) {
    Configuration settings = new Configuration();
    settings.set("fs.s3a.impl", "org.apache.hadoop.fs.s3a.S3AFileSystem");
    settings.set("fs.s3a.endpoint", variables.get("AWS_ENDPOINT_URL_S3"));
    settings.set("fs.s3a.endpoint.region", variables.get("AWS_REGION"));
    settings.set("fs.s3a.access.key", variables.get("AWS_ACCESS_KEY_ID"));
    settings.set("fs.s3a.secret.key", variables.get("AWS_SECRET_ACCESS_KEY"));
    settings.set(
        "fs.s3a.aws.credentials.provider", "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider");
    settings.setBoolean("fs.s3a.path.style.access", true);
    settings.setBoolean("fs.s3a.connection.ssl.enabled", false);
    settings.set("fs.s3a.change.detection.mode", "none");
    // Soon enough for a test; the defaults wait for half a second and longer.
    settings.set("fs.s3a.retry.interval", "20ms");
    settings.set("fs.s3a.retry.throttle.interval", "20ms");
    return settings;
  }
}
