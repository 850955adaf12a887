package io.sluice.delta.spark;

import io.sluice.testkit.SparkReader;
import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;

/** Tests that ask Spark what a table holds. */
public abstract class AsksSpark {

  public static SparkReader spark;

  @BeforeAll
  static void startSpark() throws IOException {
    spark = SparkReader.shared();
  }
}
