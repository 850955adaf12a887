package io.sluice.delta.spark;

import io.sluice.delta.testing.TestingStorage;
import io.sluice.testkit.S3Server;
import io.sluice.testkit.SparkReader;
import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;

/**
 * Tests that ask Spark what a table holds. It finds tables where {@link TestingStorage} has them,
 * by the same address.
 */
public abstract class AsksSpark {

  public static SparkReader spark;

  @BeforeAll
  static void startSpark() throws IOException {
    spark = SparkReader.shared();
    if (TestingStorage.isS3()) {
      spark.useS3(S3Server.shared().environment());
    }
  }
}
