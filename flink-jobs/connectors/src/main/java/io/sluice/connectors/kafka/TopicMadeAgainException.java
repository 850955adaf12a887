package io.sluice.connectors.kafka;

import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;

/**
 * A topic was deleted and made again under its name while a job read it. The job ends for good: no
 * restart makes its offsets those of the new topic.
 */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
public final class TopicMadeAgainException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TopicMadeAgainException(String topic, String was, String is) {
    super(
        "The topic %s was deleted and made again: its id was %s and is now %s. The state of this job holds offsets of the topic that is gone, so it reads no further and nothing of the new topic was committed. Submit the pipeline again without a savepoint: the new topic is read from its oldest record, tables keep what they hold of the former one, and views count anew."
            .formatted(topic, was, is));
  }
}
