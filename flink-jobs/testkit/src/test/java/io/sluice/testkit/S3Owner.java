package io.sluice.testkit;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/** A process that starts the server of its tests, tells its number, and waits to be killed. */
final class S3Owner {

  private S3Owner() {}

  public static void main(String[] arguments) throws IOException {
    System.out.println(S3Server.shared().pid());
    while (true) {
      LockSupport.park();
    }
  }
}
