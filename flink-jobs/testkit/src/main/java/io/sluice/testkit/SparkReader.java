package io.sluice.testkit;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Asks Spark, which runs in a process of its own, what a Delta table holds. Starting it takes about
 * ten seconds, and its first questions take seconds until the process is warm: tests share one. Not
 * thread-safe.
 */
public final class SparkReader implements AutoCloseable {

  private static final String MODULE = "flink-jobs/testkit/spark";
  private static final long TIMEOUT_SECONDS = 300;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private static final TypeReference<LinkedHashMap<String, Object>> ROW = new TypeReference<>() {};

  /** What Spark's launcher opens on Java 17. */
  private static final List<String> OPENED =
      List.of(
          "java.lang",
          "java.lang.invoke",
          "java.lang.reflect",
          "java.io",
          "java.net",
          "java.nio",
          "java.util",
          "java.util.concurrent",
          "java.util.concurrent.atomic",
          "sun.nio.ch",
          "sun.nio.cs",
          "sun.security.action",
          "sun.util.calendar");

  private static SparkReader shared;

  private final Path directory;
  private final Process process;
  private final BufferedWriter requests;
  private final BufferedReader answers;

  private SparkReader(Path directory, Process process) {
    this.directory = directory;
    this.process = process;
    requests = process.outputWriter(StandardCharsets.UTF_8);
    answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * The reader of all tests of this virtual machine, started when it is first asked for. It ends
   * with the virtual machine; nobody closes it.
   *
   * @throws IOException like {@link #start}
   */
  public static synchronized SparkReader shared() throws IOException {
    if (shared == null) {
      SparkReader started = start();
      Runtime.getRuntime().addShutdownHook(new Thread(started::closeAtExit, "spark-end"));
      shared = started;
    }
    return shared;
  }

  /** Whether the process is that of the shared reader. */
  static synchronized boolean isShared(ProcessHandle process) {
    return shared != null && shared.process.pid() == process.pid();
  }

  private void closeAtExit() {
    try {
      close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts the process of the module {@value #MODULE}, found from the working directory upwards.
   *
   * @throws IOException if the module is not built or Spark does not start; the message ends with
   *     its output
   */
  public static SparkReader start() throws IOException {
    Path directory = Files.createTempDirectory("sluice-spark");
    Process process =
        new ProcessBuilder(command(directory))
            .directory(directory.toFile())
            .redirectError(directory.resolve("stderr").toFile())
            .start();
    SparkReader reader = new SparkReader(directory, process);
    try {
      reader.answer();
    } catch (IOException e) {
      reader.close();
      throw e;
    }
    return reader;
  }

  private static List<String> command(Path directory) throws IOException {
    Path classPath = BuiltFile.find(MODULE, "spark.classpath");
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(List.of("-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    // With one compiler the JVM reserves a fifth of that, which Spark's generated code fills; and
    // what the JVM says of itself must not get into the answers.
    command.addAll(List.of("-XX:ReservedCodeCacheSize=240m", "-XX:+DisplayVMOutputToStderr"));
    command.add("-Djava.io.tmpdir=" + directory);
    command.add("-Djdk.reflect.useDirectMethodHandle=false");
    command.add("-Dio.netty.tryReflectionSetAccessible=true");
    OPENED.forEach(name -> command.add("--add-opens=java.base/" + name + "=ALL-UNNAMED"));
    command.add("-cp");
    command.add(
        classPath.resolveSibling("classes")
            + File.pathSeparator
            + Files.readString(classPath).strip());
    command.add("io.sluice.testkit.spark.SparkRows");
    command.add(directory.toString());
    return command;
  }

  /**
   * The rows of a query on the latest version.
   *
   * @param table the table's absolute path
   * @param sql a query that calls the table {@code t}
   * @return rows as column to JSON value: whole numbers as Integer or Long, others as BigDecimal,
   *     binary as base64, dates as yyyy-MM-dd, timestamps as yyyy-MM-ddTHH:mm:ss.SSSSSSZ (UTC;
   *     without the Z for those without zone), nulls present
   */
  public List<Map<String, Object>> query(String table, String sql) throws IOException {
    return query(table, OptionalLong.empty(), sql);
  }

  /** The rows of a query on a version. */
  public List<Map<String, Object>> query(String table, OptionalLong version, String sql)
      throws IOException {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (JsonNode row : ask(table, version, sql).get("rows")) {
      rows.add(JSON.convertValue(row, ROW));
    }
    return rows;
  }

  /** How many data files a query on the latest version reads, by the metrics of Spark's scan. */
  public int filesRead(String table, String sql) throws IOException {
    return ask(table, OptionalLong.empty(), sql).get("filesRead").asInt();
  }

  private JsonNode ask(String table, OptionalLong version, String sql) throws IOException {
    ObjectNode request = JSON.createObjectNode().put("table", table).put("sql", sql);
    version.ifPresent(number -> request.put("version", number));
    return ask(request, sql);
  }

  /**
   * Tells Spark where {@code s3://} and {@code s3a://} are from now on, for buckets that it has not
   * used yet: it keeps the connection of each.
   *
   * @param variables of {@link S3Server#environment} or a proxy in front of the server
   */
  public void useS3(Map<String, String> variables) throws IOException {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("endpoint", variables.get("AWS_ENDPOINT_URL_S3"));
    settings.put("endpoint.region", variables.get("AWS_REGION"));
    settings.put("access.key", variables.get("AWS_ACCESS_KEY_ID"));
    settings.put("secret.key", variables.get("AWS_SECRET_ACCESS_KEY"));
    settings.put(
        "aws.credentials.provider", "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider");
    settings.put("path.style.access", variables.get("SLUICE_S3_PATH_STYLE"));
    settings.put("connection.ssl.enabled", "false");
    // Files that a test has changed have no ETag by which a change would be noticed.
    settings.put("change.detection.mode", "none");
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      execute("SET fs.s3a." + setting.getKey() + "=" + setting.getValue());
    }
  }

  /** Runs a statement that needs no table to be there yet, such as CREATE TABLE. */
  public void execute(String sql) throws IOException {
    ask(JSON.createObjectNode().put("sql", sql), sql);
  }

  private JsonNode ask(ObjectNode request, String sql) throws IOException {
    requests.write(request.toString());
    requests.newLine();
    requests.flush();
    JsonNode answer = answer();
    if (answer.has("error")) {
      throw new IOException(
          "Spark cannot answer \""
              + sql
              + "\" on "
              + request.path("table").asText("no table")
              + ": "
              + answer.get("error").asText());
    }
    return answer;
  }

  /** The number of rows of the latest version. */
  public long count(String table) throws IOException {
    return ((Number) query(table, "select count(*) as n from t").get(0).get("n")).longValue();
  }

  private JsonNode answer() throws IOException {
    CompletableFuture<String> line = CompletableFuture.supplyAsync(this::readLine);
    try {
      String answer = line.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      if (answer == null) {
        throw new IOException("The Spark process ended: " + complaints());
      }
      return JSON.readTree(answer);
    } catch (TimeoutException e) {
      process.destroyForcibly();
      throw new IOException(
          "Spark did not answer within " + TIMEOUT_SECONDS + " s: " + complaints(), e);
    } catch (ExecutionException e) {
      throw new IOException("Reading from the Spark process failed: " + complaints(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while waiting for Spark", e);
    }
  }

  private String readLine() {
    try {
      return answers.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String complaints() throws IOException {
    String output = Files.readString(directory.resolve("stderr"));
    int reason = Math.max(0, output.lastIndexOf("Exception in thread"));
    return output.substring(reason, Math.min(output.length(), reason + 4000));
  }

  /** Ends the process and removes its files. */
  @Override
  public void close() throws IOException {
    try (requests) {
      // The process ends when its input does.
    } catch (IOException alreadyGone) {
      process.destroy();
    }
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    answers.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
