package io.sluice.delta.s3;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.flink.annotation.Internal;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Response;

/**
 * Requests to an object store, one each unless a method says otherwise. For several threads; shared
 * by all tables of a class loader. It keeps no thread that outlives a request by more than seconds,
 * so that Flink can unload a job's classes. Failures are sentences, see {@link S3Sentences}; an
 * interrupted thread ends in an {@link java.io.InterruptedIOException}.
 */
@Internal
public final class S3Access implements AutoCloseable {

  private static final Map<S3Settings, S3Access> SHARED = new ConcurrentHashMap<>();

  private static final int CONNECTIONS = 64;
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration CONNECTION_AGE = Duration.ofMinutes(5);
  private static final long IDLE_SECONDS = 5;

  /** Of an array. */
  private static final int MOST_BYTES = Integer.MAX_VALUE - 8;

  /** Asks before it sends the bytes, so that a refusal does not cut a long request short. */
  private static final long ASK_FIRST_BYTES = 1 << 20;

  private final S3Settings settings;
  private final S3Sentences sentences;
  private final S3Clock clock = S3Clock.ofMachine();
  private final S3Memory memory = new S3Memory(System::nanoTime);
  private final ConditionalPut conditional = new ConditionalPut(this);
  private final ScheduledThreadPoolExecutor timer = timer();
  private final ThreadPoolExecutor aside = pool();
  private final InterruptibleHttp http;
  private final S3Client client;

  /** A client of its own, to be closed. */
  public S3Access(S3Settings settings) {
    this.settings = settings;
    sentences = new S3Sentences(settings);
    http = new InterruptibleHttp(http(settings.limits()), timer);
    client = client();
  }

  /** The client of these settings in this class loader; nobody closes it. */
  public static S3Access shared(S3Settings settings) {
    return SHARED.computeIfAbsent(settings, S3Access::new);
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

  private static ThreadPoolExecutor pool() {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            daemons("sluice-s3-aside"));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  private static ThreadFactory daemons(String name) {
    return work -> {
      Thread thread = new Thread(work, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Runs what nobody waits for, in order, on a thread that ends when there is nothing to do. */
  public Executor aside() {
    return aside;
  }

  public S3Settings settings() {
    return settings;
  }

  /** What it remembers of objects. */
  public S3Memory memory() {
    return memory;
  }

  /** Puts objects under names that must be free. */
  public ConditionalPut conditional() {
    return conditional;
  }

  /** A request and its translation. */
  <T extends S3Response> T call(String what, S3Address address, Function<S3Client, T> request)
      throws IOException {
    return call(what, address, request, S3Response::sdkHttpResponse);
  }

  private <T> T call(
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
        : reply.firstMatchingHeader("Date").flatMap(S3Access::date);
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

  /** The store's time; one request if it has not replied yet. */
  public long millis(S3Address address) throws IOException {
    OptionalLong known = clock.millis();
    if (known.isEmpty()) {
      call(
          "asked for its time",
          address,
          client -> client.headBucket(request -> request.bucket(address.bucket())));
      known = clock.millis();
    }
    return known.orElseThrow(
        () ->
            new IOException(
                "%s tells no time: its replies have no Date. Times of files could not be compared with it; use a store or proxy that sends the header"
                    .formatted(settings.store())));
  }

  /** What the store says of an object. */
  public S3Object head(S3Address address) throws IOException {
    HeadObjectResponse reply =
        call(
            "looked up",
            address,
            client -> client.headObject(r -> r.bucket(address.bucket()).key(address.key())));
    return new S3Object(
        address, reply.contentLength(), tag(reply.eTag()), millis(reply.lastModified()));
  }

  static String tag(String etag) {
    return etag == null ? "" : etag;
  }

  private static long millis(Instant time) {
    return time == null ? 0 : time.toEpochMilli();
  }

  /** Up to a thousand objects and folders. */
  public ListObjectsV2Response list(S3Address prefix, Consumer<ListObjectsV2Request.Builder> more)
      throws IOException {
    return call(
        "listed",
        prefix,
        client ->
            client.listObjectsV2(
                request -> {
                  request.bucket(prefix.bucket()).prefix(prefix.key()).encodingType("url");
                  more.accept(request);
                }));
  }

  /** What a listing says of an object. */
  public static S3Object listed(
      String bucket, software.amazon.awssdk.services.s3.model.S3Object object) {
    return new S3Object(
        new S3Address(bucket, object.key()),
        object.size(),
        tag(object.eTag()),
        millis(object.lastModified()));
  }

  /** Makes an object, in the place of what there was. */
  public S3Object put(S3Address address, S3Content content) throws IOException {
    return put(address, content, false);
  }

  S3Object put(S3Address address, S3Content content, boolean onlyNew) throws IOException {
    PutObjectResponse reply =
        call(
            "written",
            address,
            client -> client.putObject(putRequest(address, onlyNew), body(content)));
    return made(address, content.length(), tag(reply.eTag()), reply);
  }

  private static PutObjectRequest putRequest(S3Address address, boolean onlyNew) {
    PutObjectRequest.Builder request =
        PutObjectRequest.builder().bucket(address.bucket()).key(address.key());
    return onlyNew ? request.ifNoneMatch("*").build() : request.build();
  }

  static RequestBody body(S3Content content) {
    return RequestBody.fromContentProvider(
        content::open, content.length(), "application/octet-stream");
  }

  /** An object whose time is that of the reply: the store tells no better one. */
  S3Object made(S3Address address, long size, String etag, S3Response reply) {
    long time =
        date(reply.sdkHttpResponse())
            .orElseGet(() -> clock.millis().orElseGet(System::currentTimeMillis));
    return new S3Object(address, size, etag, time);
  }

  public void delete(S3Address address) throws IOException {
    call(
        "removed",
        address,
        client -> client.deleteObject(r -> r.bucket(address.bucket()).key(address.key())));
    memory.forget(address);
  }

  /**
   * Bytes of an object.
   *
   * @param start of the first of them
   * @param object all of it
   */
  public record Piece(byte[] bytes, long start, S3Object object) {}

  /**
   * Reads an object or a part of it.
   *
   * @param most bytes; a longer reply is not read
   * @param more says which part
   */
  public Piece get(S3Address address, int most, Consumer<GetObjectRequest.Builder> more)
      throws IOException {
    PieceReader reader = new PieceReader(address, most);
    return call(
        "read",
        address,
        client ->
            client.getObject(
                request -> {
                  request.bucket(address.bucket()).key(address.key());
                  more.accept(request);
                },
                reader),
        piece -> reader.http);
  }

  /**
   * Reads a part of an object. One request, and another for a part behind the end.
   *
   * @param etag of the object, or empty if any will do
   * @return shorter at the object's end, and empty behind it
   */
  public Piece get(S3Address address, long start, int length, String etag) throws IOException {
    try {
      return get(
          address,
          MOST_BYTES,
          request -> {
            request.range("bytes=%d-%d".formatted(start, start + length - 1));
            if (!etag.isEmpty()) {
              request.ifMatch(etag);
            }
          });
    } catch (S3Failure refused) {
      if (refused.isBehindEnd()) {
        return new Piece(new byte[0], start, head(address));
      }
      if (refused.isPrecondition()) {
        throw new IOException(
            "%s was written anew while it was read. Read it again".formatted(address), refused);
      }
      throw refused;
    }
  }

  /**
   * Reads an object that never changes, or takes what is remembered of it if it still has its tag.
   * No request if the store has told the tag within a minute.
   */
  public byte[] immutable(S3Address address) throws IOException {
    Optional<byte[]> current = memory.current(address);
    if (current.isPresent()) {
      return current.get();
    }
    String kept = memory.keptTag(address).orElse("");
    try {
      Piece whole =
          get(
              address,
              MOST_BYTES,
              request -> {
                if (!kept.isEmpty()) {
                  request.ifNoneMatch(kept);
                }
              });
      memory.told(whole.object());
      memory.keep(whole.object(), whole.bytes());
      return whole.bytes();
    } catch (S3Failure reply) {
      Optional<byte[]> unchanged =
          reply.isUnchanged() ? memory.confirmed(address, kept) : Optional.empty();
      return unchanged.orElseThrow(() -> reply);
    }
  }

  /** Makes a stream that breaks a reason to try again, not to give up. */
  private static final class PieceReader implements ResponseTransformer<GetObjectResponse, Piece> {
    private final S3Address address;
    private final int most;
    private SdkHttpResponse http;

    PieceReader(S3Address address, int most) {
      this.address = address;
      this.most = most;
    }

    @Override
    public Piece transform(
        GetObjectResponse reply, software.amazon.awssdk.http.AbortableInputStream in) {
      http = reply.sdkHttpResponse();
      long length = reply.contentLength();
      S3Range range = S3Range.of(reply.contentRange(), length);
      S3Object object =
          new S3Object(address, range.total(), tag(reply.eTag()), millis(reply.lastModified()));
      if (length > most) {
        in.abort();
        return new Piece(null, range.start(), object);
      }
      return new Piece(read(in, (int) length), range.start(), object);
    }

    private static byte[] read(InputStream in, int length) {
      try {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
          throw new IOException(
              "The reply ends after %d of %d bytes".formatted(bytes.length, length));
        }
        return bytes;
      } catch (IOException e) {
        throw RetryableException.create("The reply broke", e);
      }
    }
  }

  @Override
  public void close() {
    aside.shutdownNow();
    client.close();
    http.close();
    timer.shutdownNow();
  }
}
