package io.sluice.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.testkit.S3Server;
import io.sluice.testkit.SignedRequests;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultyS3ITCase {

  private static final String LARGE = "0123456789".repeat(50_000);

  @TempDir Path directory;

  private FaultyS3 faulty;
  private SignedRequests requests;
  private String bucket;

  @BeforeEach
  void start() throws IOException {
    S3Server server = S3Server.shared();
    faulty = FaultyS3.before(server.endpoint());
    requests = new SignedRequests(faulty.endpoint(), server.accessKey(), server.secretKey());
    bucket = directory.getFileName() + "/";
    assertThat(faulty.environment(server))
        .containsEntry("AWS_ENDPOINT_URL_S3", faulty.endpoint().toString())
        .containsEntry("AWS_SECRET_ACCESS_KEY", server.secretKey());
  }

  @AfterEach
  void close() throws IOException {
    faulty.close();
  }

  @Test
  void passesEverythingOnWithItsSignature() throws Exception {
    assertThat(put("a b/\u00e9", LARGE)).isEqualTo(200);
    assertThat(requests.get(bucket + "a b/\u00e9").body()).isEqualTo(LARGE);
    assertThat(requests.get(bucket + "a b/\u00e9", "Range", "bytes=3-5").body()).isEqualTo("345");
    assertThat(head("a b/\u00e9").statusCode()).isEqualTo(200);
    assertThat(head("none").statusCode()).isEqualTo(404);
    assertThat(requests.list(directory.getFileName().toString())).contains("<KeyCount>1<");
    assertThat(requests.delete(bucket + "a b/\u00e9").statusCode()).isEqualTo(204);
    assertThat(faulty.struck()).isEmpty();
  }

  /** As AWS's clients do with large bodies. */
  @Test
  void passesABodyOnThatWaitsForItsInvitation() throws Exception {
    assertThat(
            requests
                .send(
                    requests
                        .request("PUT", bucket + "a", Map.of(), BodyPublishers.ofString(LARGE))
                        .expectContinue(true)
                        .build())
                .statusCode())
        .isEqualTo(200);
    assertThat(directory.resolve("a")).hasContent(LARGE);
  }

  @Test
  void refusesWithoutTellingTheServer() throws Exception {
    faulty
        .strike(request -> request.method().equals("PUT"), 1, Fault.SLOW_DOWN)
        .strike(request -> request.method().equals("PUT"), 2, Fault.INTERNAL_ERROR);
    HttpResponse<String> first = requests.put(bucket + "a", "x");
    assertThat(first.statusCode()).isEqualTo(503);
    assertThat(first.body()).contains("<Code>SlowDown</Code>");
    assertThat(put("a", "x")).isEqualTo(500);
    assertThat(directory.resolve("a")).doesNotExist();
    assertThat(put("a", "x")).isEqualTo(200);
    assertThat(faulty.struck()).isEqualTo(Map.of(Fault.SLOW_DOWN, 1L, Fault.INTERNAL_ERROR, 1L));
  }

  @Test
  void aConflictMeetsConditionalPutsOnly() throws Exception {
    faulty
        .strike(request -> true, 1, Fault.CONFLICT)
        .strike(request -> request.isConditional(), 2, Fault.CONFLICT_WHEN_DONE);
    assertThat(put("a", "x")).isEqualTo(200);
    assertThat(claim("b")).isEqualTo(409);
    assertThat(directory.resolve("b")).doesNotExist();
    assertThat(claim("b")).isEqualTo(409);
    assertThat(directory.resolve("b")).hasContent("claim");
    assertThat(claim("b")).isEqualTo(412);
  }

  @Test
  void losesAReplyOfWhatIsDone() throws Exception {
    faulty.strike(request -> request.key().endsWith("a"), 1, Fault.LOST_REPLY);
    assertThatThrownBy(() -> put("a", "x")).isInstanceOf(IOException.class);
    assertThat(directory.resolve("a")).hasContent("x");
  }

  @Test
  void cutsARequest() throws Exception {
    faulty.strike(request -> request.method().equals("PUT"), 1, Fault.CUT_REQUEST);
    assertThatThrownBy(() -> put("a", LARGE)).isInstanceOf(IOException.class);
    assertThat(directory.resolve("a")).doesNotExist();
    assertThat(put("a", LARGE)).isEqualTo(200);
  }

  @Test
  void cutsAReply() throws Exception {
    Files.writeString(directory.resolve("a"), LARGE);
    faulty.strike(request -> request.method().equals("GET"), 1, Fault.CUT_REPLY);
    assertThatThrownBy(() -> requests.get(bucket + "a")).isInstanceOf(IOException.class);
    assertThat(requests.get(bucket + "a").body()).isEqualTo(LARGE);
  }

  @Test
  void hangsForABoundedTime() throws Exception {
    faulty.hangFor(Duration.ofMillis(300)).strikeAll(request -> true, Fault.HANG);
    long begin = System.nanoTime();
    assertThatThrownBy(() -> put("a", "x"))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(HttpTimeoutException.class);
    assertThat(System.nanoTime() - begin).isGreaterThan(Duration.ofMillis(300).toNanos());
    assertThat(faulty.calm().struck().get(Fault.HANG)).isPositive();
    assertThat(put("a", "x")).isEqualTo(200);
  }

  @Test
  void countsByKindAndInSequence() throws Exception {
    faulty.delay(Duration.ofMillis(60));
    put("t/_delta_log/%020d.json".formatted(0), "x");
    requests.get(bucket + "t/_delta_log/_last_checkpoint");
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<?>> puts = new ArrayList<>();
    for (int file = 0; file < 4; file++) {
      String key = "t/" + file + ".parquet";
      puts.add(threads.submit(() -> put(key, "x")));
    }
    for (Future<?> put : puts) {
      put.get();
    }
    threads.shutdown();
    assertThat(faulty.counts())
        .isEqualTo(Map.of("PUT log entry", 1L, "GET _last_checkpoint", 1L, "PUT data file", 4L));
    assertThat(faulty.requests()).isEqualTo(6);
    assertThat(faulty.sequentialRequests()).as("four at a time").isBetween(3L, 5L);
    faulty.resetCounts();
    assertThat(faulty.requests()).isZero();
    assertThat(faulty.sequentialRequests()).isZero();
  }

  @Test
  void byChanceAClientThatTriesThreeTimesGetsThrough() throws Exception {
    faulty
        .hangFor(Duration.ofMillis(20))
        .strikeByChance(7, 0.5, EnumSet.allOf(Fault.class).toArray(Fault[]::new));
    for (int file = 0; file < 40; file++) {
      String key = "many/" + file;
      String content = "content " + file;
      int answer = -1;
      for (int attempt = 0; attempt < 3 && answer != 200 && answer != 412; attempt++) {
        answer = attempt(key, content);
      }
      assertThat(answer).as(key).isIn(200, 412);
      assertThat(directory.resolve(key)).hasContent(content);
    }
    assertThat(faulty.struck()).hasSizeGreaterThan(5);
    try (Stream<Path> files = Files.list(directory.resolve("many"))) {
      assertThat(files).hasSize(40);
    }
  }

  /** -1 if the connection ended. */
  private int attempt(String key, String content) throws Exception {
    try {
      return requests.put(bucket + key, content, "If-None-Match", "*").statusCode();
    } catch (IOException ended) {
      return -1;
    }
  }

  private int put(String key, String content) throws Exception {
    return requests.put(bucket + key, content).statusCode();
  }

  private int claim(String key) throws Exception {
    return requests.put(bucket + key, "claim", "If-None-Match", "*").statusCode();
  }

  private HttpResponse<String> head(String key) throws Exception {
    return requests.send("HEAD", bucket + key, Map.of(), BodyPublishers.noBody());
  }
}
