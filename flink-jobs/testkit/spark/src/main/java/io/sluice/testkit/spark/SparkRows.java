package io.sluice.testkit.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.adaptive.AdaptiveSparkPlanExec;
import org.apache.spark.sql.execution.adaptive.QueryStageExec;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Reads Delta tables with Spark, for tests that want a second opinion. One JSON object per line on
 * standard input, {@code {"table": optional path, "version": optional, "sql": "select ... from
 * t"}}, one per line on standard output, {@code {"rows": [...], "filesRead": number}} or {@code
 * {"error": text}}. Ends with its input.
 */
public final class SparkRows {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Map<String, String> FORMAT =
      Map.of(
          "ignoreNullFields", "false",
          "timestampFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX",
          "timestampNTZFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSSSS");

  private final SparkSession spark;

  private SparkRows(SparkSession spark) {
    this.spark = spark;
  }

  /**
   * @param args the directory for Spark's own files
   */
  public static void main(String[] args) throws IOException {
    PrintStream answers = System.out;
    // Whatever a library prints must not get between the answers.
    System.setOut(System.err);
    try (SparkSession spark = session(args[0]);
        BufferedReader requests =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      SparkRows reader = new SparkRows(spark);
      answers.println("{\"ready\":true}");
      for (String line = requests.readLine(); line != null; line = requests.readLine()) {
        answers.println(JSON.writeValueAsString(reader.answer(line)));
      }
    }
  }

  private static SparkSession session(String directory) {
    return SparkSession.builder()
        .master("local[2]")
        .appName("sluice-reader")
        .config("spark.ui.enabled", false)
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.local.dir", directory)
        .config("spark.sql.warehouse.dir", directory)
        .config("spark.sql.shuffle.partitions", 2)
        // A table's log is small here; the default of 50 tasks per table takes most of the time.
        .config("spark.databricks.delta.snapshotPartitions", 2)
        // Compiling code for a query takes longer than running it on so few rows.
        .config("spark.sql.codegen.wholeStage", false)
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config(
            "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        .config("spark.delta.logStore.s3a.impl", "io.sluice.spark.ConditionalPutLogStore")
        .config("spark.delta.logStore.s3.impl", "io.sluice.spark.ConditionalPutLogStore")
        .config("spark.hadoop.delta.enableFastS3AListFrom", true)
        .config("spark.hadoop.fs.s3.impl", "org.apache.hadoop.fs.s3a.S3AFileSystem")
        .getOrCreate();
  }

  private JsonNode answer(String line) {
    ObjectNode answer = JSON.createObjectNode();
    try {
      JsonNode request = JSON.readTree(line);
      if (request.hasNonNull("table")) {
        view(request);
      }
      ArrayNode rows = answer.putArray("rows");
      Dataset<Row> found = spark.sql(request.get("sql").asText());
      // A statement that creates or alters has no columns to show.
      if (found.columns().length > 0) {
        Dataset<Row> asked = found.select(to_json(struct(col("*")), FORMAT));
        for (Row row : asked.collectAsList()) {
          rows.addRawValue(new RawValue(row.getString(0)));
        }
        answer.put("filesRead", filesRead(asked.queryExecution().executedPlan()));
      }
    } catch (Exception | LinkageError e) {
      // The asker gets the reason; this process lives on for the next question.
      answer.removeAll();
      answer.put("error", e.toString());
    }
    return answer;
  }

  /** What the scans of a plan that has run say of themselves. */
  private static long filesRead(SparkPlan plan) {
    if (plan instanceof AdaptiveSparkPlanExec adaptive) {
      return filesRead(adaptive.executedPlan());
    }
    if (plan instanceof QueryStageExec stage) {
      return filesRead(stage.plan());
    }
    long files = plan.metrics().contains("numFiles") ? plan.metrics().apply("numFiles").value() : 0;
    for (SparkPlan child : CollectionConverters.asJava(plan.children())) {
      files += filesRead(child);
    }
    return files;
  }

  private void view(JsonNode request) {
    DataFrameReader reader = spark.read().format("delta");
    if (request.hasNonNull("version")) {
      reader = reader.option("versionAsOf", request.get("version").asLong());
    }
    reader.load(request.get("table").asText()).createOrReplaceTempView("t");
  }
}
