package io.sluice.delta.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sluice.delta.s3.S3Settings;
import io.sluice.testkit.S3Server;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.util.ExceptionUtils;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a person is told when a store refuses or fails. No message holds a credential. */
class S3SentencesITCase {

  private static final S3Settings.Limits SHORT =
      new S3Settings.Limits(
          Duration.ofMillis(400), Duration.ofMillis(600), Duration.ofSeconds(1), 2);

  /** Something that is asked of a table. */
  @FunctionalInterface
  private interface Action {
    void run(TableStorage table) throws Exception;
  }

  private static final Action READ = table -> table.read("file", 10);

  /** The message of a failure, in which the store's address stands as STORE. */
  private static String told(S3Settings settings, Action action) {
    try (S3Fixture fixture = new S3Fixture(settings)) {
      Throwable failure = catchThrowable(() -> action.run(fixture.table("lake", "orders")));
      assertThat(failure).isInstanceOf(IOException.class);
      assertThat(ExceptionUtils.stringifyException(failure))
          .doesNotContain(BadStore.ACCESS_KEY)
          .doesNotContain(BadStore.SECRET_KEY)
          .doesNotContain("Signature=");
      return failure
          .getMessage()
          .replace(settings.store(), "STORE")
          .replaceAll("is [A-Z][a-z]{2}, [^.]* GMT", "is NOW");
    }
  }

  private static String told(BadStore store, Action action) {
    return told(store.settings(), action);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          403 | InvalidAccessKeyId    | STORE does not know the access key. Correct AWS_ACCESS_KEY_ID, or whatever else gives the credentials
          403 | SignatureDoesNotMatch | STORE refuses the signature. The secret key is not that of the access key: correct AWS_SECRET_ACCESS_KEY, or whatever else gives the credentials
          400 | ExpiredToken          | STORE refuses the session token, which has expired or is not that of the access key (ExpiredToken). Get new credentials
          403 | AccessDenied          | the credentials have no right to do that in bucket lake of STORE (403 AccessDenied). Grant s3:GetObject, s3:PutObject, s3:DeleteObject, s3:AbortMultipartUpload, s3:ListBucket and s3:ListBucketMultipartUploads
          404 | NoSuchBucket          | STORE has no bucket lake. Create it, or correct the address
          403 | RequestTimeTooSkewed  | the clock of this machine differs too much from that of STORE, where it is NOW. Set this machine's clock
          301 | PermanentRedirect     | bucket lake of STORE is in another region than us-east-1. Set AWS_REGION to the bucket's region
          400 | InvalidArgument       | STORE answers 400 (InvalidArgument): It is wrong
          """)
  void refusalsAreSentences(int status, String code, String reason) throws IOException {
    String text = code.equals("InvalidArgument") ? "It is wrong" : BadStore.ACCESS_KEY;
    try (BadStore store = BadStore.refusing(status, code, text)) {
      assertThat(told(store, READ)).isEqualTo("s3://lake/orders/file cannot be read: " + reason);
      assertThat(told(store, table -> table.names("f", "")))
          .isEqualTo("s3://lake/orders/f/ cannot be listed: " + reason);
      assertThat(told(store, table -> table.delete("file")))
          .isEqualTo("s3://lake/orders/file cannot be removed: " + reason);
      assertThat(told(store, table -> table.write("file", new byte[1], true)))
          .isEqualTo("s3://lake/orders/file cannot be written: " + reason);
    }
  }

  @Test
  void theRightRegionIsNamed() throws IOException {
    String region =
        "bucket lake of STORE is in region eu-west-3, and the request was for us-east-1. Set AWS_REGION=eu-west-3";
    try (BadStore store =
        BadStore.answering(
            400,
            "<Error><Code>AuthorizationHeaderMalformed</Code><Message>x</Message><Region>eu-west-3</Region></Error>")) {
      assertThat(told(store, READ)).endsWith(region);
    }
    try (BadStore store =
        BadStore.refusing(
            400,
            "AuthorizationHeaderMalformed",
            "the region 'us-east-1' is wrong; expecting 'eu-west-3'")) {
      assertThat(told(store, READ)).endsWith(region);
    }
    try (BadStore store = BadStore.answering(301, "", "x-amz-bucket-region", "eu-west-3")) {
      assertThat(told(store, table -> table.status("file"))).endsWith(region);
    }
  }

  @Test
  void aRefusalWithoutBodyNamesBothReasons() throws IOException {
    try (BadStore store = BadStore.answering(403, "")) {
      assertThat(told(store, table -> table.status("file")))
          .isEqualTo(
              "s3://lake/orders/file cannot be looked up: STORE refuses the credentials, or they have no right to do that in bucket lake (403). Correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or grant the right");
    }
  }

  @Test
  void aRefusalWithoutReasonNamesTheUsualOnes() throws IOException {
    try (BadStore store = BadStore.answering(400, "")) {
      assertThat(told(store, table -> table.status("file")))
          .isEqualTo(
              "s3://lake/orders/file cannot be looked up: STORE refuses the request without a reason (400). The usual ones are a session token that has expired and another region than us-east-1 (AWS_REGION)");
    }
    try (BadStore store = BadStore.answering(400, "", "x-amz-bucket-region", "eu-west-3")) {
      assertThat(told(store, table -> table.status("file"))).endsWith("Set AWS_REGION=eu-west-3");
    }
  }

  /** Twenty seconds of waiting between them. */
  @Test
  @Tag("faults")
  void anOverloadedStoreIsAskedSixTimes() throws IOException {
    try (BadStore store = BadStore.refusing(503, "SlowDown", "Reduce your request rate")) {
      assertThat(told(store, READ))
          .isEqualTo(
              "s3://lake/orders/file cannot be read: STORE answers 503 (SlowDown) to each of up to 6 attempts. It is overloaded or broken; try again later");
      assertThat(store.requests()).hasSize(6);
    }
  }

  @Test
  void aStoreThatIsNotThereIsNamed() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    assertThat(told(BadStore.settings(URI.create("http://127.0.0.1:" + port)).with(SHORT), READ))
        .isEqualTo(
            "s3://lake/orders/file cannot be read: STORE cannot be reached. Start it, or correct AWS_ENDPOINT_URL_S3");
    assertThat(told(BadStore.settings(URI.create("http://nothing.invalid")).with(SHORT), READ))
        .isEqualTo(
            "s3://lake/orders/file cannot be read: the host of STORE is not known. Correct AWS_ENDPOINT_URL_S3, or look at the network's names");
  }

  @Test
  void aStoreWithoutTlsIsNamed() throws IOException {
    try (ServerSocket plain = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
      Thread answers = new Thread(() -> answerPlainly(plain));
      answers.start();
      URI tls = URI.create("https://127.0.0.1:" + plain.getLocalPort());
      assertThat(told(BadStore.settings(tls).with(SHORT), READ))
          .startsWith("s3://lake/orders/file cannot be read: TLS with STORE failed (")
          .endsWith(
              "Look at the store's certificate and at the scheme in AWS_ENDPOINT_URL_S3: a store without TLS has http://");
    }
  }

  private static void answerPlainly(ServerSocket plain) {
    while (!plain.isClosed()) {
      try (Socket client = plain.accept()) {
        client.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(UTF_8));
      } catch (IOException closed) {
        return;
      }
    }
  }

  @Test
  void missingCredentialsAreNamed() throws IOException {
    String property = "aws.disableEc2Metadata";
    System.setProperty(property, "true");
    try (BadStore store = BadStore.answering(200, "")) {
      S3Settings settings =
          S3Settings.of(Map.of(S3Settings.ENDPOINT_S3, store.endpoint().toString()));
      assertThat(told(settings, READ))
          .isEqualTo(
              "s3://lake/orders/file cannot be read: no credentials for STORE were found. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give them in any other way that the AWS SDK knows");
      assertThat(store.requests()).isEmpty();
    } finally {
      System.clearProperty(property);
    }
  }

  @Test
  void aStoreThatHangsIsGivenUp() throws IOException {
    CountDownLatch end = new CountDownLatch(1);
    try (BadStore store = hanging(end)) {
      long begin = System.nanoTime();
      assertThat(told(store.settings().with(SHORT), READ))
          .isEqualTo(
              "s3://lake/orders/file cannot be read: STORE did not answer in time (0.6 s for an attempt, 1 s in all). Look whether it hangs or the network is slow");
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
      assertThat(Thread.interrupted()).as("the time limit leaves no interrupt").isFalse();
      end.countDown();
    }
  }

  private static BadStore hanging(CountDownLatch end) throws IOException {
    return new BadStore(
        exchange -> {
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  @Test
  void aStoreThatDripsIsGivenUp() throws IOException {
    CountDownLatch end = new CountDownLatch(1);
    try (BadStore store =
        new BadStore(
            exchange -> {
              exchange.sendResponseHeaders(200, 1000);
              try {
                while (!end.await(100, TimeUnit.MILLISECONDS)) {
                  exchange.getResponseBody().write(1);
                  exchange.getResponseBody().flush();
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            })) {
      assertThat(told(store.settings().with(SHORT), table -> table.read("file", 2000)))
          .contains("did not answer in time");
      end.countDown();
    }
  }

  @Test
  void anInterruptEndsARequest() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (BadStore store = hanging(end);
        S3Fixture fixture = new S3Fixture(store.settings())) {
      TableStorage table = fixture.table("lake", "orders");
      AtomicReference<Throwable> failure = new AtomicReference<>();
      AtomicReference<Boolean> flag = new AtomicReference<>();
      Thread task =
          new Thread(
              () -> {
                failure.set(catchThrowable(() -> table.read("file", 10)));
                flag.set(Thread.currentThread().isInterrupted());
              });
      task.start();
      Awaitility.await().until(() -> !store.requests().isEmpty());
      task.interrupt();
      task.join(5_000);
      assertThat(task.isAlive()).isFalse();
      assertThat(failure.get())
          .isInstanceOf(InterruptedIOException.class)
          .hasMessage("The task was interrupted while s3://lake/orders/file was read");
      assertThat(flag.get()).isTrue();
      end.countDown();
    }
  }

  @Test
  void aStoreWithoutConditionalPutIsRefused() throws IOException {
    String refusal =
        "Table s3://lake/orders cannot be written: bucket lake of STORE takes a name twice although it is told not to (PutObject with If-None-Match: *). Two writers would overwrite each other's versions. Use a store that knows conditional writes";
    try (BadStore store = BadStore.answering(200, "", "ETag", "\"1\"")) {
      assertThat(told(store, table -> table.write("file", new byte[1], false))).isEqualTo(refusal);
      assertThat(store.requests()).hasSize(3);
      assertThat(store.requests().get(0)).startsWith("PUT /lake/orders/_sluice_probe_");
      assertThat(store.requests().get(1)).isEqualTo(store.requests().get(0));
      assertThat(store.requests().get(2)).startsWith("DELETE /lake/orders/_sluice_probe_");
    }
    try (BadStore store = BadStore.refusing(501, "NotImplemented", "A header is not implemented")) {
      assertThat(told(store, table -> table.write("file", new byte[1], false))).isEqualTo(refusal);
    }
  }

  /** To ask first is a trip to the store and back. */
  @Test
  void onlyALargePutAsksFirst() throws IOException {
    List<String> expectations = Collections.synchronizedList(new ArrayList<>());
    try (BadStore store =
            new BadStore(
                exchange -> {
                  expectations.add(exchange.getRequestHeaders().getFirst("Expect"));
                  BadStore.reply(exchange, 200, "", "ETag", "\"1\"");
                });
        S3Fixture fixture = new S3Fixture(store.settings())) {
      S3Storage table = fixture.table("lake", "orders");
      table.write("small", new byte[100_000], true);
      table.write("large", new byte[4_000_000], true);
      assertThat(expectations).containsExactly(null, "100-continue");
    }
  }

  @Test
  void aRealServerIsTriedOnceAndKeepsNothing(@TempDir Path bucket) throws IOException {
    try (S3Fixture fixture = S3Fixture.of(S3Server.shared())) {
      S3Storage table = fixture.table(bucket.getFileName().toString(), "orders");
      table.write("a", new byte[1], false);
      assertThat(fixture.requests()).hasSize(4);
      table.write("b", new byte[1], false);
      fixture.table(bucket.getFileName().toString(), "others").write("c", new byte[1], false);
      assertThat(fixture.requests()).hasSize(6);
      assertThat(table.names("", "")).containsExactly("a", "b");
    }
  }

  @Test
  void aRealServerKnowsWrongCredentialsAndMissingBuckets() throws IOException {
    S3Settings right = S3Fixture.settings(S3Server.shared());
    String key = S3Server.shared().accessKey();
    assertThat(told(right.with(S3Fixture.keys(key, BadStore.SECRET_KEY)), READ))
        .contains("STORE refuses the signature.");
    assertThat(told(right.with(S3Fixture.keys(BadStore.ACCESS_KEY, "x")), READ))
        .contains("STORE does not know the access key.");
    Action write = table -> table.write("a", new byte[1], true);
    try (S3Fixture fixture = new S3Fixture(right)) {
      assertThatThrownBy(() -> write.run(fixture.table("no-such-bucket", "orders")))
          .hasMessageContaining("has no bucket no-such-bucket. Create it, or correct the address");
    }
  }

  @Test
  void settingsShowNoCredential() {
    assertThat(BadStore.settings(URI.create("http://127.0.0.1:1")).toString())
        .isEqualTo("http://127.0.0.1:1, path style");
  }
}
