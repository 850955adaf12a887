package io.sluice.testkit.fault;

import io.sluice.testkit.S3Server;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A proxy on 127.0.0.1 in front of an S3 server that delays, refuses, cuts and loses what goes
 * through it, by rules or by chance, and counts the requests. Without either it passes everything
 * on unchanged, the header Host too, which clients sign: they are told the proxy's address as their
 * endpoint, and the server checks their signature as if it were its own. Plain HTTP with addresses
 * in path style; a request and its reply must fit in memory. Thread-safe.
 */
public final class FaultyS3 implements AutoCloseable {

  private static final Duration HANG = Duration.ofSeconds(2);

  private final URI server;
  private final ServerSocket listener;
  private final FaultPlan plan = new FaultPlan();
  private final RequestCounts counts = new RequestCounts();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "faulty-s3");
            thread.setDaemon(true);
            return thread;
          });

  private volatile Duration delay = Duration.ZERO;
  private volatile Duration hang = HANG;

  private FaultyS3(URI server, int port) throws IOException {
    this.server = server;
    listener = new ServerSocket(port, 200, InetAddress.getByName("127.0.0.1"));
    threads.execute(this::accept);
  }

  /**
   * Starts one that does nothing to any request yet.
   *
   * @param server the server's address, such as {@code http://127.0.0.1:31234}
   */
  public static FaultyS3 before(URI server) throws IOException {
    return before(server, 0);
  }

  /** Starts one on a port, where clients look for the server. */
  public static FaultyS3 before(URI server, int port) throws IOException {
    return new FaultyS3(server, port);
  }

  /** Where clients find it. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /** The variables by which clients find the server, with this in front of it. */
  public Map<String, String> environment(S3Server behind) {
    Map<String, String> variables = new HashMap<>(behind.environment());
    variables.put("AWS_ENDPOINT_URL_S3", endpoint().toString());
    return Map.copyOf(variables);
  }

  /** Lets each request wait before anything is done with it. */
  public FaultyS3 delay(Duration time) {
    delay = time;
    return this;
  }

  /** How long a {@link Fault#HANG} lasts; 2 s if never told. */
  public FaultyS3 hangFor(Duration time) {
    hang = time;
    return this;
  }

  /**
   * Strikes one request, once.
   *
   * @param which those that are counted
   * @param nth which of them, from 1, counted from now on; those that the fault does not fit are
   *     not counted
   */
  public FaultyS3 strike(Predicate<S3Request> which, long nth, Fault fault) {
    plan.rule(which, nth, nth, fault);
    return this;
  }

  /** Strikes each request of some kind, from now on. */
  public FaultyS3 strikeAll(Predicate<S3Request> which, Fault fault) {
    plan.rule(which, 1, Long.MAX_VALUE, fault);
    return this;
  }

  /**
   * Strikes requests by chance, but none of the same method and key more than twice in a row, so
   * that a client that tries three times gets through. The same seed makes the same choices for the
   * same order of requests.
   *
   * @param share of all requests, from 0 to 1
   * @param faults one of them, as far as they fit the request
   */
  public FaultyS3 strikeByChance(long seed, double share, Fault... faults) {
    plan.chance(seed, share, List.of(faults));
    return this;
  }

  /** Ends rules, chance and delay; counters stay. */
  public FaultyS3 calm() {
    plan.clear();
    delay = Duration.ZERO;
    return this;
  }

  /** How many requests of which {@linkplain S3Request#kind kind} have come since the last reset. */
  public Map<String, Long> counts() {
    return counts.counts();
  }

  /** How many requests have come since the last reset. */
  public long requests() {
    return counts.counts().values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * How many requests since the last reset came one after the other: the most of which each began
   * when the one before had ended. What they took, with a delay, is that many times the delay.
   */
  public long sequentialRequests() {
    return counts.sequential();
  }

  /** How often which fault has struck since the start. */
  public Map<Fault, Long> struck() {
    return plan.struck();
  }

  /** Begins to count anew. */
  public void resetCounts() {
    counts.reset();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        client.setTcpNoDelay(true);
        open.add(client);
        threads.execute(() -> serve(client));
      } catch (IOException e) {
        if (!listener.isClosed()) {
          throw new IllegalStateException("No connection can be accepted on " + listener, e);
        }
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        FaultyConnection connection = new FaultyConnection(client, this)) {
      boolean goesOn = true;
      while (goesOn) {
        goesOn = connection.pass();
      }
    } catch (IOException gone) {
      // One side has ended its connection, and the other one sees that: nobody else asks.
      return;
    } finally {
      open.remove(client);
    }
  }

  FaultPlan plan() {
    return plan;
  }

  RequestCounts counted() {
    return counts;
  }

  /** Opens a connection to the server. */
  Socket connect() throws IOException {
    Socket socket = new Socket(server.getHost(), server.getPort());
    socket.setTcpNoDelay(true);
    open.add(socket);
    return socket;
  }

  void disconnect(Socket socket) throws IOException {
    open.remove(socket);
    socket.close();
  }

  /** Waits; false if the proxy closes meanwhile. */
  boolean isOpenAfterDelay() {
    return isOpenAfter(delay);
  }

  /** Waits, at most until the proxy closes. */
  void hang() {
    isOpenAfter(hang);
  }

  private boolean isOpenAfter(Duration time) {
    try {
      return !closed.await(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Ends all connections, those that hang too. */
  @Override
  public void close() throws IOException {
    closed.countDown();
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
    threads.shutdown();
  }
}
