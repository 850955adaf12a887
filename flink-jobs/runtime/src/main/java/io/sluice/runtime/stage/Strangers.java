package io.sluice.runtime.stage;

import io.sluice.runtime.decode.SchemaLookup;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The schemas that are read without their new columns, because they are registered under other
 * subjects than the topic's. One may be registered under a subject of the topic later. So each is
 * asked for again once a minute while records name it, one at a time, at most one a second, and
 * beside the records: a registry that does not answer holds nobody up.
 */
final class Strangers {
  static final long AGAIN_MILLIS = 60_000;

  /** Between two questions, however many schemas wait. */
  static final long PAUSE_MILLIS = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(Strangers.class);

  /** The eldest one beyond it is asked for again only when its decoder is made again. */
  private static final int MOST = 10_000;

  /** In the place of a time. */
  private static final Long OWN = Long.MIN_VALUE;

  private final SchemaLookup schemas;
  private final Executor beside;

  /** When each is asked for again, or {@link #OWN}. */
  private final Map<Integer, Long> due =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Long> eldest) {
          return size() > MOST;
        }
      };

  private int asked;
  private long nextQuestion = Long.MIN_VALUE;

  /** Null while nothing is asked. */
  private CompletableFuture<Boolean> answer;

  /**
   * @param beside runs the questions
   */
  Strangers(SchemaLookup schemas, Executor beside) {
    this.schemas = schemas;
    this.beside = beside;
  }

  void add(int id, long now) {
    due.put(id, now + AGAIN_MILLIS);
  }

  boolean contains(int id) {
    return due.containsKey(id);
  }

  /** Whether the schema is one of the topic's by now. It is no stranger any more, then. */
  boolean hasBecomeOwn(int id, long now) {
    if (answer != null && answer.isDone()) {
      if (answer.join()) {
        due.replace(asked, OWN);
      }
      answer = null;
    }
    Long at = due.get(id);
    if (OWN.equals(at)) {
      due.remove(id);
      return true;
    }
    if (answer == null && at != null && now >= at && now >= nextQuestion) {
      nextQuestion = now + PAUSE_MILLIS;
      due.put(id, now + AGAIN_MILLIS);
      asked = id;
      answer = CompletableFuture.supplyAsync(() -> isOwn(id), beside);
    }
    return false;
  }

  private boolean isOwn(int id) {
    try {
      return schemas.mayAddColumnsByNow(id);
    } catch (IOException | RuntimeException e) {
      // Whatever the registry answers, the records go on.
      LOG.warn(
          "Whether schema {} is registered under a subject of the topic by now cannot be told: {}. It is read without new columns, and asked for again in a minute.",
          id,
          e.getMessage(),
          e);
      return false;
    }
  }
}
