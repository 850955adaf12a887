package io.sluice.delta.s3;

import java.io.IOException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.flink.annotation.Internal;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
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

  private static final long IDLE_SECONDS = 5;

  /** Of an array. */
  private static final int MOST_BYTES = Integer.MAX_VALUE - 8;

  private final S3Settings settings;
  private final S3Connection connection;
  private final S3Memory memory = new S3Memory(System::nanoTime);
  private final ConditionalPut conditional = new ConditionalPut(this);
  private final ThreadPoolExecutor aside = pool();

  /** A client of its own, to be closed. */
  public S3Access(S3Settings settings) {
    this.settings = settings;
    connection = new S3Connection(settings);
  }

  /**
   * The client of these settings in this class loader; nobody closes it.
   *
   * @throws IllegalArgumentException if nothing tells the region
   */
  public static S3Access shared(S3Settings settings) {
    try {
      return SHARED.computeIfAbsent(settings, S3Access::new);
    } catch (SdkClientException e) {
      throw new IllegalArgumentException(
          "The object store cannot be reached: " + S3Sentences.ofSdk(e, settings.store()), e);
    }
  }

  private static ThreadPoolExecutor pool() {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            S3Connection.daemons("sluice-s3-aside"));
    pool.allowCoreThreadTimeOut(true);
    return pool;
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
    return connection.call(what, address, request, S3Response::sdkHttpResponse);
  }

  /**
   * The store's clock. Asks it once if it has not replied to anything yet.
   *
   * @param table in whose bucket it is asked
   */
  public Clock clock(S3Address table) {
    return new StoreClock(connection, table, ZoneOffset.UTC);
  }

  /** What the store says of an object. */
  public S3Object head(S3Address address) throws IOException {
    HeadObjectResponse reply =
        call(
            "looked up",
            address,
            client -> client.headObject(r -> r.bucket(address.bucket()).key(address.key())));
    return S3Object.of(address, reply.contentLength(), reply.eTag(), reply.lastModified());
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
    return S3Object.of(
        new S3Address(bucket, object.key()), object.size(), object.eTag(), object.lastModified());
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
    return made(address, content.length(), reply.eTag(), reply);
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
    return S3Object.of(address, size, etag, connection.time(reply.sdkHttpResponse()));
  }

  public void delete(S3Address address) throws IOException {
    call(
        "removed",
        address,
        client -> client.deleteObject(r -> r.bucket(address.bucket()).key(address.key())));
    memory.forget(address);
  }

  /**
   * Reads an object or a part of it.
   *
   * @param most bytes; a longer reply is not read
   * @param more says which part
   */
  public S3Piece get(S3Address address, int most, Consumer<GetObjectRequest.Builder> more)
      throws IOException {
    S3Piece.Reader reader = new S3Piece.Reader(address, most);
    return connection.call(
        "read",
        address,
        client ->
            client.getObject(
                request -> {
                  request.bucket(address.bucket()).key(address.key());
                  more.accept(request);
                },
                reader),
        piece -> reader.reply());
  }

  /**
   * Reads a part of an object. One request, and another for a part behind the end.
   *
   * @param etag of the object, or empty if any will do
   * @return shorter at the object's end, and empty behind it
   */
  public S3Piece get(S3Address address, long start, int length, String etag) throws IOException {
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
        return new S3Piece(new byte[0], start, head(address));
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
   *
   * @return empty if it is too large to be remembered, and so to be read as a whole
   */
  public Optional<byte[]> immutable(S3Address address) throws IOException {
    Optional<byte[]> current = memory.current(address);
    if (current.isPresent()) {
      return current;
    }
    String kept = memory.keptTag(address).orElse("");
    try {
      S3Piece whole =
          get(
              address,
              S3Memory.MOST_BYTES_OF_ONE,
              request -> {
                if (!kept.isEmpty()) {
                  request.ifNoneMatch(kept);
                }
              });
      memory.told(whole.object());
      if (whole.bytes() != null) {
        memory.keep(whole.object(), whole.bytes());
      }
      return Optional.ofNullable(whole.bytes());
    } catch (S3Failure reply) {
      Optional<byte[]> unchanged =
          reply.isUnchanged() ? memory.confirmed(address, kept) : Optional.empty();
      if (unchanged.isEmpty()) {
        throw reply;
      }
      return unchanged;
    }
  }

  @Override
  public void close() {
    aside.shutdownNow();
    connection.close();
  }
}
