package io.sluice.sandbox.server;

import java.util.Map;
import java.util.TreeMap;

/** Logging of the Java servers: to standard output, which the launcher leads to a file. */
final class Log4jConfig {

  private Log4jConfig() {}

  /**
   * A log4j2.properties file. Flink tells which job an entry is about ({@code flink-job-id}).
   *
   * @param root level of everything else
   * @param levels logger to level
   */
  static String console(String root, Map<String, String> levels) {
    StringBuilder text =
        new StringBuilder(
            """
            monitorInterval=30
            rootLogger.level=%s
            rootLogger.appenderRef.console.ref=console
            appender.console.name=console
            appender.console.type=CONSOLE
            appender.console.layout.type=PatternLayout
            appender.console.layout.pattern=%%d{yyyy-MM-dd HH:mm:ss.SSS} %%-5p %%c{1.} %%notEmpty{[%%X{flink-job-id}] }- %%m%%n%%ex
            """
                .formatted(root));
    int number = 0;
    for (Map.Entry<String, String> level : new TreeMap<>(levels).entrySet()) {
      String logger = "logger.l" + number++;
      text.append(logger).append(".name=").append(level.getKey()).append('\n');
      text.append(logger).append(".level=").append(level.getValue()).append('\n');
    }
    return text.toString();
  }
}
