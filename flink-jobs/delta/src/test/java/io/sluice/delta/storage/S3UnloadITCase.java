package io.sluice.delta.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Nothing of a client that nobody closes keeps the classes of the job that made it. */
class S3UnloadITCase {

  /** Flink loads a job's classes like this: its own copies, but not those of Flink and the log. */
  private static final class JobClasses extends URLClassLoader {
    JobClasses(URL[] jars) {
      super(jars, S3UnloadITCase.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      boolean own =
          name.startsWith("io.sluice.")
              || name.startsWith("software.amazon.")
              || name.startsWith("org.apache.hc.");
      if (!own) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded == null ? findClass(name) : loaded;
      }
    }
  }

  /** Runs among the classes of a job. */
  public static final class Job {
    private Job() {}

    /** All kinds of requests with a client that stays open. */
    public static void run(String endpoint) throws IOException {
      S3Fixture open = new S3Fixture(BadStore.settings(URI.create(endpoint)));
      S3Storage table = open.table("lake", "orders");
      table.write("file", new byte[10], true);
      table.read("file", 10);
      table.clock(Clock.systemUTC()).instant();
      table.aside().execute(() -> {});
    }
  }

  /**
   * Java 17 keeps the class of the record whose {@code equals} was linked last, and so its loader,
   * until that of the next record is.
   */
  private record Next(String text) {}

  /** Logging is Flink's, and starts before any job. */
  private static final Logger LOGGER = LoggerFactory.getLogger(S3UnloadITCase.class);

  @Test
  void theClassesOfAJobAreUnloaded() throws Exception {
    LOGGER.debug("Logging has started");
    try (BadStore store = BadStore.answering(200, "content", "ETag", "\"1\"")) {
      WeakReference<ClassLoader> classes = run(store.endpoint().toString());
      assertThat(new Next("a")).isNotEqualTo(new Next("b"));
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                System.gc();
                return classes.get() == null;
              });
      assertThat(Thread.getAllStackTraces().keySet())
          .extracting(Thread::getName)
          .noneMatch(name -> name.startsWith("sluice-s3"))
          .noneMatch(name -> name.contains("idle-connection"));
    }
  }

  private static WeakReference<ClassLoader> run(String endpoint) throws Exception {
    JobClasses classes = new JobClasses(jars());
    FutureTask<Void> work =
        new FutureTask<>(
            () -> {
              Class<?> job = classes.loadClass(Job.class.getName());
              assertThat(job).isNotSameAs(Job.class);
              job.getMethod("run", String.class).invoke(null, endpoint);
              return null;
            });
    Thread task = new Thread(work, "task");
    task.setContextClassLoader(classes);
    task.start();
    work.get();
    task.join();
    return new WeakReference<>(classes);
  }

  private static URL[] jars() throws IOException {
    List<URL> jars = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      jars.add(Path.of(entry).toUri().toURL());
    }
    return jars.toArray(URL[]::new);
  }
}
