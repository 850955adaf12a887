package io.sluice.connectors.kafka;

import java.io.IOException;
import java.io.Serializable;
import java.time.Clock;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The schemas that records of one topic may name: those that are registered under some subject.
 * Five bytes of a record name any schema of the registry, and who may register a schema somewhere
 * must not decide what becomes of a topic: only those of the topic's subjects are its own, see
 * {@link #isOwn}.
 *
 * <p>An id costs one request as long as it is a stranger: unknown, or of no subject. The answer is
 * believed for a second. Records that name ever other ids are no load on the registry: after
 * {@value #BURST} such answers there are {@value #PER_SECOND} a second, and beyond that an id is
 * looked up in a list of the subjects' ids, which is asked for once a second at most. So an id that
 * was registered a second ago is always found. Safe for use by several threads.
 */
public final class TopicSchemas implements Serializable {
  static final int BURST = 100;
  static final int PER_SECOND = 10;

  private static final long serialVersionUID = 1L;
  private static final int MAX_STRANGERS = 10_000;
  private static final int MAX_OWNERS = 10_000;

  /** The newest versions of a subject whose ids are kept. */
  private static final int MAX_VERSIONS = 1_000;

  private static final long SECOND = 1_000;

  /**
   * An id that may be another one soon.
   *
   * @param reason null when the registry does not know it
   */
  private record Stranger(long until, String reason) implements Serializable {}

  private final SchemaRegistry registry;
  private final String topic;
  private final List<String> subjects;
  private final Clock clock;
  private final LinkedHashMap<Integer, Stranger> strangers = new LinkedHashMap<>();
  private final LinkedHashMap<Integer, Boolean> own = new LinkedHashMap<>();
  private final LinkedHashMap<String, Integer> listed = new LinkedHashMap<>();
  private long listedUntil = Long.MIN_VALUE;
  private double answersLeft = BURST;
  private long countedAt;

  /**
   * @param subjects under which writers of the topic register, at least one
   */
  public TopicSchemas(SchemaRegistry registry, String topic, List<String> subjects) {
    this(registry, topic, subjects, Clock.systemUTC());
  }

  TopicSchemas(SchemaRegistry registry, String topic, List<String> subjects, Clock clock) {
    if (subjects.isEmpty()) {
      throw new IllegalArgumentException("topic " + topic + " needs a subject");
    }
    this.registry = registry;
    this.topic = topic;
    this.subjects = List.copyOf(subjects);
    this.clock = clock;
    this.countedAt = clock.millis();
  }

  /**
   * The schema with an id; empty when the registry says that there is none.
   *
   * @return the texts as {@link SchemaRegistry#schemaById} has them
   * @throws ForeignSchemaException if it is registered under no subject, or was not asked for
   * @throws IOException when the registry cannot be asked
   * @throws UnreadableSchemaException if it is no Avro, or refers to what the registry lacks
   */
  public synchronized Optional<List<String>> schemaById(int id)
      throws IOException, UnreadableSchemaException, ForeignSchemaException {
    if (id < 0) {
      // Registries count up from 1.
      return Optional.empty();
    }
    if (registry.isKnown(id) && own.containsKey(id)) {
      return registry.schemaById(id);
    }
    long now = clock.millis();
    Stranger before = strangers.get(id);
    if (before != null && now < before.until()) {
      return none(before.reason());
    }
    if (!mayAsk(id, now)) {
      throw new ForeignSchemaException(
          "Schema id %d is none of the %d that the registry lists for topic %s. It was not asked for by itself, because records name too many ids that are none."
              .formatted(id, listed.size(), topic));
    }
    Optional<Set<String>> owners = registry.subjectsOf(id);
    if (owners.isPresent() && !owners.get().isEmpty()) {
      boolean mine = !Collections.disjoint(owners.get(), subjects);
      answersLeft -= mine ? 0 : 1;
      strangers.remove(id);
      own.put(id, mine);
      dropFirst(own, MAX_OWNERS);
      return registry.schemaById(id);
    }
    String reason = owners.isPresent() ? ofNoSubject(id) : null;
    answersLeft--;
    strangers.put(id, new Stranger(now + SECOND, reason));
    dropFirst(strangers, MAX_STRANGERS);
    return none(reason);
  }

  /**
   * Whether a schema that {@link #schemaById} gave is registered under a subject of the topic, so
   * that what it has beyond the contract may reach the topic's tables.
   */
  public synchronized boolean isOwn(int id) {
    return own.getOrDefault(id, false);
  }

  private static void dropFirst(LinkedHashMap<Integer, ?> map, int most) {
    if (map.size() > most) {
      map.remove(map.keySet().iterator().next());
    }
  }

  private static Optional<List<String>> none(String reason) throws ForeignSchemaException {
    if (reason != null) {
      throw new ForeignSchemaException(reason);
    }
    return Optional.empty();
  }

  private String ofNoSubject(int id) {
    return "Schema %d is registered under no subject any more. Register it under %s, then replay the record."
        .formatted(id, String.join(" or ", subjects));
  }

  private boolean mayAsk(int id, long now) throws IOException {
    double since = Math.max(0, now - countedAt) * PER_SECOND / (double) SECOND;
    answersLeft = Math.min(BURST, answersLeft + since);
    countedAt = now;
    if (answersLeft >= 1 || listed.containsValue(id)) {
      return true;
    }
    if (now >= listedUntil) {
      list();
      listedUntil = clock.millis() + SECOND;
    }
    return listed.containsValue(id);
  }

  /** A version never gets another id, so each is asked for once. */
  private void list() throws IOException {
    Set<String> there = new HashSet<>();
    for (String subject : subjects) {
      List<Integer> versions = registry.versions(subject);
      for (int version :
          versions.subList(Math.max(0, versions.size() - MAX_VERSIONS), versions.size())) {
        String key = version + " " + subject;
        there.add(key);
        if (!listed.containsKey(key)) {
          listed.put(key, registry.idOf(subject, version));
        }
      }
    }
    listed.keySet().retainAll(there);
  }
}
