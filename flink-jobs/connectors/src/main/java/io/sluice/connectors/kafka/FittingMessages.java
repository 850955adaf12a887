package io.sluice.connectors.kafka;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.AbstractRecords;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.RecordBatch;
import org.apache.kafka.common.record.SimpleRecord;

/**
 * Gives the messages of one topic a form that its broker takes. What the topic refuses is known
 * beforehand as far as possible, because a refused message costs a whole transaction.
 *
 * <ul>
 *   <li>A timestamp that the topic does not take is replaced by the producer's clock; the header
 *       {@value #TIMESTAMP_HEADER} keeps the original number.
 *   <li>A message that is too large goes as a <em>short message</em>: no value, no headers but
 *       those that describe it, and {@value #SIZE_HEADER} with the bytes of its key, value and
 *       headers. A key of more than {@value #MAX_SHORT_KEY} bytes is left out.
 *   <li>A message without a key for a compacted topic gets its origin as key.
 * </ul>
 */
final class FittingMessages {
  static final String TIMESTAMP_HEADER = "reject.timestamp";
  static final String SIZE_HEADER = "reject.size";
  static final int MAX_SHORT_KEY = 1024;

  private final TopicLimits limits;
  private final Refusals.Form form;

  FittingMessages(TopicLimits limits, Refusals.Form form) {
    this.limits = limits;
    this.form = form;
  }

  /**
   * A message.
   *
   * @param timestamp epoch milliseconds, or null for the producer's clock
   * @param origin where the message came from in a few words, unique
   * @param described how many of the last headers describe the message
   */
  record Message(
      String topic,
      byte[] key,
      byte[] value,
      List<Header> headers,
      Long timestamp,
      String origin,
      int described) {

    private int size() {
      int size = length(key) + length(value);
      for (Header header : headers) {
        size += header.key().length() + length(header.value());
      }
      return size;
    }

    private static int length(byte[] bytes) {
      return bytes == null ? 0 : bytes.length;
    }
  }

  /**
   * The message in a form that fits.
   *
   * @param now this machine's clock, in epoch milliseconds
   * @return the whole message or a short one; empty if the topic takes neither
   */
  Optional<ProducerRecord<byte[], byte[]>> fit(Message message, long now) {
    if (form == Refusals.Form.WHOLE) {
      ProducerRecord<byte[], byte[]> whole =
          produced(message, key(message, message.key()), message.value(), message.headers(), now);
      if (fits(whole, now)) {
        return Optional.of(whole);
      }
    }
    return form == Refusals.Form.NONE
        ? Optional.empty()
        : Optional.of(shortened(message, now)).filter(letter -> fits(letter, now));
  }

  private ProducerRecord<byte[], byte[]> shortened(Message message, long now) {
    int all = message.headers().size();
    List<Header> headers =
        new ArrayList<>(message.headers().subList(all - message.described(), all));
    headers.add(header(SIZE_HEADER, message.size()));
    boolean keepsKey = message.key() != null && message.key().length <= MAX_SHORT_KEY;
    return produced(message, key(message, keepsKey ? message.key() : null), null, headers, now);
  }

  private byte[] key(Message message, byte[] key) {
    return key == null && limits.needsKey()
        ? message.origin().getBytes(StandardCharsets.UTF_8)
        : key;
  }

  /** The timestamp of a message for people to read decides nothing, so a clock may give it. */
  private ProducerRecord<byte[], byte[]> produced(
      Message message, byte[] key, byte[] value, List<Header> headers, long now) {
    Long timestamp = message.timestamp();
    if (timestamp == null || limits.takesTimestamp(timestamp, now)) {
      return new ProducerRecord<>(message.topic(), null, timestamp, key, value, headers);
    }
    List<Header> more = new ArrayList<>(headers);
    more.add(header(TIMESTAMP_HEADER, timestamp));
    return new ProducerRecord<>(message.topic(), null, null, key, value, more);
  }

  private static Header header(String name, long number) {
    return new RecordHeader(name, Long.toString(number).getBytes(StandardCharsets.UTF_8));
  }

  /** Sizes without compression are cheap to tell; only what is larger is compressed to know. */
  private boolean fits(ProducerRecord<byte[], byte[]> message, long now) {
    Header[] headers = message.headers().toArray();
    int size =
        AbstractRecords.estimateSizeInBytesUpperBound(
            RecordBatch.CURRENT_MAGIC_VALUE,
            CompressionType.NONE,
            message.key(),
            message.value(),
            headers);
    if (size + (long) size / 1000 + 100 <= limits.batchBytes()) {
      return size <= KafkaMessages.MAX_UNCOMPRESSED_BYTES;
    }
    if (!limits.keepsCompression() || size > KafkaMessages.MAX_UNCOMPRESSED_BYTES) {
      return false;
    }
    long timestamp = message.timestamp() == null ? now : message.timestamp();
    SimpleRecord single = new SimpleRecord(timestamp, message.key(), message.value(), headers);
    return MemoryRecords.withRecords(Compression.lz4().build(), single).sizeInBytes()
        <= limits.batchBytes();
  }
}
