package io.sluice.sandbox.process;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Asks the operating system about TCP ports on 127.0.0.1. */
public final class FreePorts {

  private static final int LOWEST = 20_000;
  private static final int HIGHEST = 32_000;
  private static final int TRIES = 1_000;

  private FreePorts() {}

  /**
   * So many different ports that nobody listens on. They lie below the range from which the
   * operating system takes the ports of outgoing connections, so that a server that restarts finds
   * its own free.
   */
  public static int[] pick(int count) {
    int[] ports =
        ThreadLocalRandom.current()
            .ints(LOWEST, HIGHEST)
            .distinct()
            .limit(TRIES)
            .filter(FreePorts::isFree)
            .limit(count)
            .toArray();
    if (ports.length < count) {
      throw new SandboxException(
          "There are not %d free ports on 127.0.0.1 between %d and %d: end some programs."
              .formatted(count, LOWEST, HIGHEST));
    }
    return ports;
  }

  /** Whether a server could listen on the port now. */
  public static boolean isFree(int port) {
    try (ServerSocket socket = listen(port)) {
      return socket.isBound();
    } catch (BindException taken) {
      return false;
    } catch (IOException e) {
      throw new SandboxException("Port " + port + " cannot be tried: " + e.getMessage() + ".", e);
    }
  }

  private static ServerSocket listen(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }
}
