package io.sluice.sandbox.ha;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** A job that counts with {@link CountingMap}. */
final class CountingJob {

  private CountingJob() {}

  static JobClient start(StreamExecutionEnvironment environment, Diary diary) throws Exception {
    environment.setParallelism(1);
    environment
        .fromSequence(0, Long.MAX_VALUE - 1)
        .map(new CountingMap(diary.file()))
        .uid("count")
        .sinkTo(new DiscardingSink<>());
    return environment.executeAsync("counting");
  }

  /** The job's jar; its classes are nowhere else on the class path of the cluster. */
  static Path jar(Path folder) throws IOException {
    Path jar = folder.resolve("job.jar");
    String name = CountingMap.class.getName().replace('.', '/') + ".class";
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        InputStream in = CountingMap.class.getClassLoader().getResourceAsStream(name)) {
      out.putNextEntry(new JarEntry(name));
      in.transferTo(out);
      out.closeEntry();
    }
    return jar;
  }
}
