package io.sluice.testkit.fault;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A client's connection, and the one to the server that carries its requests on. */
final class FaultyConnection implements Closeable {

  /** The server ends connections that are idle for 30 s; a request must not meet that. */
  private static final long LONGEST_IDLE = TimeUnit.SECONDS.toNanos(10);

  /**
   * What the client gets.
   *
   * @param reply null if the connection ends without
   * @param length how much of the reply's body
   * @param goesOn whether the connection can be used again
   */
  private record Outcome(HttpMessage reply, int length, boolean goesOn) {
    static final Outcome NOTHING = new Outcome(null, 0, false);

    static Outcome whole(HttpMessage reply, boolean goesOn) {
      return new Outcome(reply, reply.body().length, goesOn);
    }
  }

  private final FaultyS3 proxy;
  private final InputStream requests;
  private final OutputStream replies;

  private Socket server;
  private InputStream fromServer;
  private OutputStream toServer;
  private long lastUse;

  FaultyConnection(Socket client, FaultyS3 proxy) throws IOException {
    this.proxy = proxy;
    requests = new BufferedInputStream(client.getInputStream());
    replies = new BufferedOutputStream(client.getOutputStream());
  }

  /**
   * Passes one request on, or does to it what the plan says.
   *
   * @return whether the client may send another one
   */
  boolean pass() throws IOException {
    Optional<HttpMessage> head = HttpMessage.head(requests);
    if (head.isEmpty()) {
      return false;
    }
    long begin = System.nanoTime();
    HttpMessage request = withBody(head.get());
    S3Request asked = S3Request.of(request);
    Outcome outcome = Outcome.NOTHING;
    try {
      Optional<Fault> fault = proxy.plan().next(asked);
      if (proxy.isOpenAfterDelay()) {
        outcome = fault.isPresent() ? struck(fault.get(), request) : passed(request);
      }
    } finally {
      // Before the client knows: what it asks next comes after this.
      proxy.counted().ended(asked, begin);
    }
    if (outcome.reply != null) {
      outcome.reply.write(replies, outcome.length);
    }
    return outcome.goesOn;
  }

  private HttpMessage withBody(HttpMessage head) throws IOException {
    if (head.header("Expect").isPresent()) {
      replies.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      replies.flush();
    }
    return head.without("Expect").withBody(requests);
  }

  private Outcome passed(HttpMessage request) throws IOException {
    HttpMessage reply = ask(request);
    return Outcome.whole(reply, !reply.isLast() && !request.isLast());
  }

  private Outcome struck(Fault fault, HttpMessage request) throws IOException {
    return switch (fault) {
      case SLOW_DOWN -> refused(request, "503 Slow Down", "SlowDown");
      case INTERNAL_ERROR -> refused(request, "500 Internal Server Error", "InternalError");
      case CONFLICT -> refused(request, "409 Conflict", "ConditionalRequestConflict");
      case CONFLICT_WHEN_DONE -> {
        ask(request);
        yield refused(request, "409 Conflict", "ConditionalRequestConflict");
      }
      case LOST_REPLY -> {
        ask(request);
        yield Outcome.NOTHING;
      }
      case CUT_REQUEST -> {
        cut(request);
        yield Outcome.NOTHING;
      }
      case CUT_REPLY -> half(ask(request));
      case HANG -> {
        proxy.hang();
        yield Outcome.NOTHING;
      }
    };
  }

  private static Outcome refused(HttpMessage request, String status, String code) {
    String text =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>%s</Code><Message>Struck by the test.</Message></Error>"
            .formatted(code);
    byte[] body = isBodiless(request, status) ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
    List<String> head =
        List.of(
            "HTTP/1.1 " + status,
            "Content-Type: application/xml",
            "Content-Length: " + body.length);
    return Outcome.whole(new HttpMessage(head, body), !request.isLast());
  }

  /** A reply without a body is lost as a whole. */
  private static Outcome half(HttpMessage reply) {
    int length = reply.body().length;
    return length == 0 ? Outcome.NOTHING : new Outcome(reply, length / 2, false);
  }

  private HttpMessage ask(HttpMessage request) throws IOException {
    connect();
    request.write(toServer);
    HttpMessage reply;
    do {
      reply = HttpMessage.head(fromServer).orElseThrow(EOFException::new);
    } while (status(reply).startsWith("1"));
    if (!isBodiless(request, status(reply))) {
      reply = reply.withBody(fromServer);
    }
    lastUse = System.nanoTime();
    if (reply.isLast()) {
      disconnect();
    }
    return reply;
  }

  private static String status(HttpMessage reply) {
    return reply.firstLine().split(" ", 2)[1];
  }

  private static boolean isBodiless(HttpMessage request, String status) {
    return request.firstLine().startsWith("HEAD ")
        || status.startsWith("204")
        || status.startsWith("304");
  }

  /** Half of the body, or of the head if there is no body, and then the end. */
  private void cut(HttpMessage request) throws IOException {
    connect();
    if (request.body().length > 0) {
      request.write(toServer, request.body().length / 2);
    } else {
      toServer.write(request.firstLine().getBytes(StandardCharsets.ISO_8859_1));
      toServer.flush();
    }
    disconnect();
  }

  private void connect() throws IOException {
    if (server != null && System.nanoTime() - lastUse > LONGEST_IDLE) {
      disconnect();
    }
    if (server == null) {
      server = proxy.connect();
      fromServer = new BufferedInputStream(server.getInputStream());
      toServer = new BufferedOutputStream(server.getOutputStream());
    }
  }

  private void disconnect() throws IOException {
    if (server != null) {
      proxy.disconnect(server);
      server = null;
    }
  }

  @Override
  public void close() throws IOException {
    disconnect();
  }
}
