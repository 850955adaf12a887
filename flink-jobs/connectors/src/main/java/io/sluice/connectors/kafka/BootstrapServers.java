package io.sluice.connectors.kafka;

import java.util.regex.Pattern;

/**
 * The form of a list of brokers. It travels with the job and stands in logs, so that there is no
 * place for a password in it; Kafka's client prints what it cannot read.
 */
final class BootstrapServers {
  private static final String ONE =
      "\\s*([A-Za-z0-9_]+://)?([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.%]+]):[0-9]{1,5}\\s*";
  private static final Pattern FORM = Pattern.compile(ONE + "(," + ONE + ")*");

  private BootstrapServers() {}

  /**
   * The list itself.
   *
   * @throws IllegalArgumentException if it has another form; the message does not show it
   */
  static String require(String list) {
    if (!FORM.matcher(list).matches()) {
      throw new IllegalArgumentException(
          "Kafka's bootstrap servers must look like HOST:PORT,HOST:PORT, without user and password (not shown: they may hold one)");
    }
    return list;
  }
}
