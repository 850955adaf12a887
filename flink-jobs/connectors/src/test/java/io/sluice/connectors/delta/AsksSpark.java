package io.sluice.connectors.delta;

import io.sluice.testkit.SparkReader;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Tests that ask Spark what a table holds. Starting it takes a while: one for all of a class. */
abstract class AsksSpark {

  static SparkReader spark;

  @BeforeAll
  static void startSpark() throws IOException {
    spark = SparkReader.start();
  }

  @AfterAll
  static void stopSpark() throws IOException {
    spark.close();
  }
}
