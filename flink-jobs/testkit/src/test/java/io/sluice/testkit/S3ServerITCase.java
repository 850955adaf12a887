package io.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the javadoc of {@link S3Server} promises, and where it says that S3 differs. */
class S3ServerITCase {

  private static final Pattern NAME = Pattern.compile("<(?:Key|Prefix)>([^<]+)</(?:Key|Prefix)>");

  /** More than is held back in a buffer on the way. */
  private static final byte[] HALF = new byte[50_000];

  @TempDir Path directory;

  private S3Server server;
  private SignedRequests requests;
  private String bucket;

  @BeforeEach
  void connect() throws IOException {
    server = S3Server.shared();
    requests = new SignedRequests(server.endpoint(), server.accessKey(), server.secretKey());
    bucket = directory.getFileName().toString();
  }

  @Test
  void theTestsOwnFolderIsABucket() throws Exception {
    assertThat(server.address(directory.resolve("orders/a")))
        .isEqualTo("s3://" + bucket + "/orders/a");
    assertThatThrownBy(() -> server.address(Path.of("/elsewhere/a")))
        .hasMessageContaining("is in no bucket");
    assertThat(requests.put(bucket + "/orders/a", "one").statusCode()).isEqualTo(200);
    assertThat(directory.resolve("orders/a")).hasContent("one");
  }

  @Test
  void whatATestDoesToAFileIsSeenAtOnce() throws Exception {
    Path file = write("orders/a", "one");
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2020-01-01T00:00:00.7Z")));
    HttpResponse<String> answer = requests.get(bucket + "/orders/a");
    assertThat(answer.body()).isEqualTo("one");
    assertThat(answer.headers().firstValue("Last-Modified"))
        .contains("Wed, 01 Jan 2020 00:00:00 GMT");
    assertThat(requests.list(bucket))
        .contains("<Size>3</Size>")
        .contains("<LastModified>2020-01-01T00:00:00Z</LastModified>");
    write("orders/a", "longer");
    assertThat(requests.get(bucket + "/orders/a").body()).isEqualTo("longer");
    Files.delete(file);
    assertThat(requests.get(bucket + "/orders/a").statusCode()).isEqualTo(404);
    assertThat(requests.list(bucket)).contains("<KeyCount>0</KeyCount>");
  }

  @Test
  void eTagsAreOfWhatTheServerWrote() throws Exception {
    String first = eTag(requests.put(bucket + "/a", "one"));
    assertThat(first).isEqualTo("\"f97c5d29941bfb1b2fdab0874906ab82\"");
    Path file = write("a", "another");
    assertThat(eTag(requests.get(bucket + "/a"))).as("changed in place").isEqualTo(first);
    Files.move(write("b", "moved"), file, StandardCopyOption.REPLACE_EXISTING);
    assertThat(eTag(requests.get(bucket + "/a"))).as("replaced").isEmpty();
    assertThat(requests.get(bucket + "/a", "If-Match", first).statusCode()).isEqualTo(200);
    requests.put(bucket + "/a", "one");
    assertThat(requests.get(bucket + "/a", "If-Match", first).statusCode()).isEqualTo(200);
    assertThat(requests.get(bucket + "/a", "If-Match", "\"other\"").statusCode()).isEqualTo(412);
  }

  @Test
  void aConditionalPutHasOneWinner() throws Exception {
    write("there", "before");
    assertThat(claim("there", "late")).isEqualTo(412);
    int writers = 6;
    CyclicBarrier start = new CyclicBarrier(writers);
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    try {
      for (int round = 0; round < 25; round++) {
        String key = "log/%020d.json".formatted(round);
        List<Future<Integer>> answers = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
          String content = "writer " + writer;
          answers.add(
              threads.submit(
                  () -> {
                    start.await();
                    return claim(key, content);
                  }));
        }
        List<String> winners = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
          int answer = answers.get(writer).get();
          assertThat(answer).isIn(200, 412);
          if (answer == 200) {
            winners.add("writer " + writer);
          }
        }
        assertThat(winners).as(key).containsExactly(Files.readString(directory.resolve(key)));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void listsAfterANameInTheOrderOfBytes() throws Exception {
    List<String> names =
        List.of(
            ".hidden/_x",
            "A/x",
            "_delta_log/0.json",
            "a-b/x",
            "a.b",
            "a/x",
            "caf\u00e9=+ p/\u00e9",
            "day=1%2F2/a b+c.parquet");
    for (String name : names) {
      assertThat(requests.put(bucket + "/" + name, "x").statusCode()).isEqualTo(200);
      assertThat(directory.resolve(name)).exists();
      assertThat(requests.get(bucket + "/" + name).body()).isEqualTo("x");
    }
    Files.createDirectories(directory.resolve("empty"));
    assertThat(names(requests.list(bucket))).isEqualTo(names);
    assertThat(names(requests.list(bucket, "start-after", "a-b/x")))
        .isEqualTo(names.subList(4, names.size()));
    assertThat(names(requests.list(bucket, "start-after", "a-c", "max-keys", "1")))
        .containsExactly("a.b");
    assertThat(names(requests.list(bucket, "delimiter", "/")))
        .contains("a.b", "a/", "a-b/", "empty/")
        .doesNotContain("a/x");
    assertThat(names(requests.list(bucket, "prefix", "a/", "delimiter", "/")))
        .containsExactly("a/", "a/x");
  }

  @Test
  void readsRanges() throws Exception {
    write("a", "0123456789");
    assertThat(requests.get(bucket + "/a", "Range", "bytes=2-4").body()).isEqualTo("234");
    assertThat(requests.get(bucket + "/a", "Range", "bytes=-3").body()).isEqualTo("789");
    assertThat(requests.get(bucket + "/a", "Range", "bytes=10-").statusCode()).isEqualTo(416);
  }

  @Test
  void aMultipartUploadAppearsWholeAndOnlyForANewName() throws Exception {
    String upload = begin("big/a");
    String tag = part("big/a", upload);
    assertThat(names(requests.list(bucket))).isEmpty();
    assertThat(uploads()).contains("<Key>big/a</Key>").contains(upload);
    assertThat(complete("big/a", upload, tag)).isEqualTo(200);
    assertThat(directory.resolve("big/a")).hasContent("part");
    String second = begin("big/a");
    assertThat(complete("big/a", second, part("big/a", second))).isEqualTo(412);
    assertThat(uploads()).contains(second);
    send("DELETE", "big/a", Map.of("uploadId", second), "");
    assertThat(uploads()).doesNotContain("<Key>");
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(Path::getFileName).map(Path::toString)).containsExactly("big");
    }
  }

  @Test
  void theLastObjectTakesItsFoldersAlong() throws Exception {
    Files.createDirectories(directory.resolve("t/empty"));
    requests.put(bucket + "/t/a/b/x", "x");
    assertThat(requests.delete(bucket + "/t/a/b/x").statusCode()).isEqualTo(204);
    assertThat(directory.resolve("t/a")).doesNotExist();
    assertThat(directory.resolve("t/empty")).exists();
    assertThat(requests.delete(bucket + "/t/none").statusCode()).isEqualTo(204);
  }

  @Test
  void whileAPutArrivesThereIsAnObjectBesideIt() throws Exception {
    try (PipedOutputStream body = new PipedOutputStream();
        PipedInputStream arriving = new PipedInputStream(body, 2 * HALF.length)) {
      CompletableFuture<HttpResponse<String>> answer =
          HttpClient.newHttpClient()
              .sendAsync(
                  requests
                      .request(
                          "PUT",
                          bucket + "/log/0.json",
                          Map.of(),
                          BodyPublishers.fromPublisher(
                              BodyPublishers.ofInputStream(() -> arriving), 2 * HALF.length))
                      .build(),
                  BodyHandlers.ofString());
      body.write(HALF);
      body.flush();
      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(names(requests.list(bucket)))
                      .singleElement()
                      .asString()
                      .matches("log/0.json-[0-9a-f-]{36}"));
      assertThat(requests.get(bucket + "/log/0.json").statusCode()).isEqualTo(404);
      body.write(HALF);
      body.close();
      assertThat(answer.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      assertThat(names(requests.list(bucket))).containsExactly("log/0.json");
    }
  }

  @Test
  void refusesStrangersAndUnknownBuckets() throws Exception {
    SignedRequests stranger =
        new SignedRequests(server.endpoint(), server.accessKey(), "another secret");
    assertThat(stranger.get(bucket + "/a").statusCode()).isEqualTo(403);
    assertThat(requests.get("no-such-bucket/a").body()).contains("NoSuchBucket");
  }

  @Test
  void endsWithAProcessThatIsKilled() throws Exception {
    Process owner =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                System.getProperty("java.class.path"),
                "-Djava.io.tmpdir=" + directory,
                S3Owner.class.getName())
            .redirectError(directory.resolve("stderr").toFile())
            .start();
    ProcessHandle orphan =
        ProcessHandle.of(Long.parseLong(owner.inputReader().readLine())).orElseThrow();
    assertThat(orphan.isAlive()).isTrue();
    owner.destroyForcibly().waitFor();
    orphan.onExit().get(20, TimeUnit.SECONDS);
  }

  @Test
  void aServerOfOnesOwnKeepsItsBuckets() throws Exception {
    try (S3Server own = S3Server.start(directory)) {
      assertThat(own.createBucket("lake")).isDirectory();
      SignedRequests there = new SignedRequests(own.endpoint(), own.accessKey(), own.secretKey());
      assertThat(there.put("lake/a", "x").statusCode()).isEqualTo(200);
      assertThat(own.environment())
          .containsEntry("AWS_ENDPOINT_URL_S3", own.endpoint().toString())
          .doesNotContainValue(server.secretKey());
    }
    assertThat(directory.resolve("lake/a")).hasContent("x");
  }

  private Path write(String name, String content) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  private int claim(String key, String content) throws Exception {
    return requests.put(bucket + "/" + key, content, "If-None-Match", "*").statusCode();
  }

  private static String eTag(HttpResponse<String> answer) {
    return answer.headers().firstValue("ETag").orElse("");
  }

  private String begin(String key) throws Exception {
    return between(send("POST", key, Map.of("uploads", ""), "").body(), "UploadId");
  }

  private String part(String key, String upload) throws Exception {
    return eTag(send("PUT", key, Map.of("partNumber", "1", "uploadId", upload), "part"));
  }

  private int complete(String key, String upload, String tag) throws Exception {
    String parts =
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>%s</ETag></Part></CompleteMultipartUpload>"
            .formatted(tag);
    return send("POST", key, Map.of("uploadId", upload), parts, "If-None-Match", "*").statusCode();
  }

  private String uploads() throws Exception {
    return requests.send("GET", bucket, Map.of("uploads", ""), BodyPublishers.noBody()).body();
  }

  private HttpResponse<String> send(
      String method, String key, Map<String, String> query, String body, String... headers)
      throws Exception {
    return requests.send(method, bucket + "/" + key, query, BodyPublishers.ofString(body), headers);
  }

  private static String between(String text, String tag) {
    return text.substring(
        text.indexOf("<" + tag + ">") + tag.length() + 2, text.indexOf("</" + tag + ">"));
  }

  private static List<String> names(String list) {
    return NAME.matcher(list).results().map((MatchResult found) -> found.group(1)).toList();
  }
}
