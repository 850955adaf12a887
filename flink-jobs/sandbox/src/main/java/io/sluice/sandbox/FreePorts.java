package io.sluice.sandbox;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Asks the operating system about TCP ports on 127.0.0.1. */
final class FreePorts {

  private FreePorts() {}

  /** So many different ports that nobody listens on. */
  static int[] pick(int count) {
    List<ServerSocket> open = new ArrayList<>();
    try {
      int[] ports = new int[count];
      for (int i = 0; i < count; i++) {
        // All stay open until the last is known, so that none comes twice.
        ServerSocket socket = listen(0);
        open.add(socket);
        ports[i] = socket.getLocalPort();
      }
      return ports;
    } catch (IOException e) {
      throw new SandboxException("No free port on 127.0.0.1: " + e.getMessage() + ".", e);
    } finally {
      open.forEach(FreePorts::close);
    }
  }

  /** Whether a server could listen on the port now. */
  static boolean isFree(int port) {
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

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new SandboxException("A tried port cannot be given back: " + e.getMessage() + ".", e);
    }
  }
}
