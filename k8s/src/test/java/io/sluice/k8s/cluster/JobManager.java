package io.sluice.k8s.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** A replica of the JobManager. Its ports stay when its process is another. */
final class JobManager {
  private final String name;
  private final int rpcPort;
  private final int restPort;
  private Process process;
  private int starts;

  JobManager(String name) throws IOException {
    this.name = name;
    try (ServerSocket rpc = free();
        ServerSocket rest = free()) {
      rpcPort = rpc.getLocalPort();
      restPort = rest.getLocalPort();
    }
  }

  private static ServerSocket free() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  String name() {
    return name;
  }

  int rpcPort() {
    return rpcPort;
  }

  int restPort() {
    return restPort;
  }

  void runs(Process started) {
    process = started;
    starts++;
  }

  /** How often it was started. */
  int starts() {
    return starts;
  }

  Process process() {
    return process;
  }
}
