package io.sluice.connectors.kafka;

import java.lang.reflect.Field;
import java.time.Duration;
import org.apache.kafka.clients.admin.Admin;

/**
 * Closes the client with which Flink's transactional writer looks for lingering transactions. The
 * writer of connector 5.0 never does: the client's thread would keep all classes of an ended job,
 * and after a dozen restarts the TaskManager would die for lack of metaspace.
 */
final class ForgottenAdmin {
  private static final String FIELD = "adminClient";
  private static final Duration LONGEST = Duration.ofSeconds(5);

  private ForgottenAdmin() {}

  /**
   * Closes it, if the writer has opened it.
   *
   * @throws NoSuchFieldException when a later connector keeps it elsewhere: see whether it closes
   *     it, too
   */
  static void close(Object writer) throws NoSuchFieldException, IllegalAccessException {
    Field field = writer.getClass().getDeclaredField(FIELD);
    field.setAccessible(true);
    Admin admin = (Admin) field.get(writer);
    if (admin != null) {
      admin.close(LONGEST);
    }
  }
}
