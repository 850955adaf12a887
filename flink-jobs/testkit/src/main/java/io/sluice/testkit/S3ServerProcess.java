package io.sluice.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;

/**
 * The main class of {@link S3Server}'s process. It runs s3proxy and ends when its standard input
 * does: that is when the virtual machine of the tests closes it, dies or is killed.
 */
final class S3ServerProcess {

  private S3ServerProcess() {}

  /**
   * @param arguments those of s3proxy
   */
  public static void main(String[] arguments) throws ReflectiveOperationException {
    Thread watch = new Thread(S3ServerProcess::endWithInput, "end-with-input");
    watch.setDaemon(true);
    watch.start();
    try {
      // By name: s3proxy's jar is on the class path of this process only.
      Class.forName("org.gaul.s3proxy.Main")
          .getMethod("main", String[].class)
          .invoke(null, (Object) arguments);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("s3proxy does not start.", e.getCause());
    }
  }

  private static void endWithInput() {
    try {
      System.in.transferTo(System.out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      // No orderly end: it would wait for open requests, and the files are whole without it.
      Runtime.getRuntime().halt(0);
    }
  }
}
