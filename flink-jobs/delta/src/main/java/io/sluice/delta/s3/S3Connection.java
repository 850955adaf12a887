package io.sluice.delta.s3;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.xml.stream.XMLStreamException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.S3Response;

/**
 * The SDK's client: how long requests may take, how often they are tried, what their failures mean
 * and what their replies say of the store's time.
 */
final class S3Connection implements AutoCloseable {

  private static final int CONNECTIONS = 64;
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration CONNECTION_AGE = Duration.ofMinutes(5);
  private static final long IDLE_SECONDS = 5;

  /** Asks before it sends the bytes, so that a refusal does not cut a long request short. */
  private static final long ASK_FIRST_BYTES = 1 << 20;

  private final S3Settings settings;
  private final S3Sentences sentences;
  private final S3Clock clock = S3Clock.ofMachine();
  private final ScheduledThreadPoolExecutor timer = timer();
  private final InterruptibleHttp http;
  private final S3Client client;

  S3Connection(S3Settings settings) {
    this.settings = settings;
    sentences = new S3Sentences(settings);
    http = new InterruptibleHttp(http(settings.limits()), timer);
    client = client();
  }

  private S3Client client() {
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClient(http)
            .credentialsProvider(settings.credentials())
            .forcePathStyle(settings.pathStyle())
            .serviceConfiguration(
                S3Configuration.builder().expectContinueThresholdInBytes(ASK_FIRST_BYTES).build())
            .overrideConfiguration(
                override -> {
                  override
                      .retryStrategy(
                          StandardRetryStrategy.builder()
                              .maxAttempts(settings.limits().attempts())
                              .circuitBreakerEnabled(false)
                              .retryOnException(S3Connection::isBroken)
                              .build())
                      .apiCallAttemptTimeout(settings.limits().attempt())
                      .apiCallTimeout(settings.limits().call())
                      .scheduledExecutorService(timer);
                  settings.interceptors().forEach(override::addExecutionInterceptor);
                });
    settings.endpoint().ifPresent(builder::endpointOverride);
    settings.region().map(Region::of).ifPresent(builder::region);
    return builder.build();
  }

  /** A reply that ends in the middle of its XML: the SDK takes it for one that it cannot read. */
  private static boolean isBroken(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof XMLStreamException) {
        return true;
      }
    }
    return false;
  }

  /** Without the thread that closes idle connections: a broken one is noticed and replaced. */
  private static SdkHttpClient http(S3Settings.Limits limits) {
    Duration connect = limits.silence().compareTo(CONNECT) < 0 ? limits.silence() : CONNECT;
    return Apache5HttpClient.builder()
        .useIdleConnectionReaper(false)
        .maxConnections(CONNECTIONS)
        .connectionTimeToLive(CONNECTION_AGE)
        .connectionTimeout(connect)
        .connectionAcquisitionTimeout(limits.silence())
        .socketTimeout(limits.silence())
        .build();
  }

  /** Ends attempts that take too long. Its thread ends when there is no request for a while. */
  private static ScheduledThreadPoolExecutor timer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(1, daemons("sluice-s3-timer"));
    timer.setRemoveOnCancelPolicy(true);
    timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
    return timer;
  }

  static ThreadFactory daemons(String name) {
    return work -> {
      Thread thread = new Thread(work, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  /** A request and its translation, with the response that the reply came in. */
  <T> T call(
      String what,
      S3Address address,
      Function<S3Client, T> request,
      Function<T, SdkHttpResponse> response)
      throws IOException {
    long asked = clock.now();
    try {
      T reply = http.watched(() -> request.apply(client));
      clock.replied(date(response.apply(reply)), asked);
      return reply;
    } catch (AwsServiceException e) {
      if (e.awsErrorDetails() != null) {
        clock.replied(date(e.awsErrorDetails().sdkHttpResponse()), asked);
      }
      throw sentences.of(what, address, e);
    } catch (SdkException e) {
      throw sentences.of(what, address, e);
    }
  }

  private static Optional<Long> date(SdkHttpResponse reply) {
    return reply == null
        ? Optional.empty()
        : reply.firstMatchingHeader("Date").flatMap(S3Connection::date);
  }

  private static Optional<Long> date(String header) {
    try {
      return Optional.of(
          ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME)
              .toInstant()
              .toEpochMilli());
    } catch (DateTimeParseException none) {
      return Optional.empty();
    }
  }

  /** When a reply was made, as well as that can be told. */
  Instant time(SdkHttpResponse reply) {
    return Instant.ofEpochMilli(
        date(reply).orElseGet(() -> clock.millis().orElseGet(System::currentTimeMillis)));
  }

  /** The store's time; one request if it has not replied yet. */
  long millis(S3Address address) throws IOException {
    OptionalLong known = clock.millis();
    if (known.isEmpty()) {
      call(
          "asked for its time",
          address,
          client -> client.headBucket(request -> request.bucket(address.bucket())),
          S3Response::sdkHttpResponse);
      known = clock.millis();
    }
    return known.orElseThrow(
        () ->
            new IOException(
                "%s tells no time: its replies have no Date. Times of files could not be compared with it; use a store or proxy that sends the header"
                    .formatted(settings.store())));
  }

  @Override
  public void close() {
    client.close();
    http.close();
    timer.shutdownNow();
  }
}
