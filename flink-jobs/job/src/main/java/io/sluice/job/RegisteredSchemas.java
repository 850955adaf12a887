package io.sluice.job;

import io.sluice.connectors.kafka.ForeignSchemaException;
import io.sluice.connectors.kafka.SchemaRegistry;
import io.sluice.connectors.kafka.TopicSchemas;
import io.sluice.connectors.kafka.UnreadableSchemaException;
import io.sluice.runtime.codec.CodecException;
import io.sluice.runtime.codec.DecodeRule;
import io.sluice.runtime.codec.IncompatibleSchemaException;
import io.sluice.runtime.decode.SchemaLookup;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The schemas of a registry that records of one topic may name. */
final class RegisteredSchemas implements SchemaLookup {
  private static final long serialVersionUID = 1L;

  private final SchemaRegistry registry;
  private final String topic;
  private final List<String> subjects;
  private final TopicSchemas client;

  /** Registered under a subject of the topic after {@link #client} had asked for them. */
  private final Set<Integer> ownByNow = ConcurrentHashMap.newKeySet();

  /**
   * @param subjects under which writers of the topic register, at least one
   */
  RegisteredSchemas(SchemaRegistry registry, String topic, List<String> subjects) {
    this.registry = registry;
    this.topic = topic;
    this.subjects = List.copyOf(subjects);
    this.client = new TopicSchemas(registry, topic, subjects);
  }

  @Override
  public Optional<List<String>> schema(int id)
      throws IOException, IncompatibleSchemaException, CodecException {
    try {
      return client.schemaById(id);
    } catch (UnreadableSchemaException e) {
      throw new IncompatibleSchemaException(e.getMessage());
    } catch (ForeignSchemaException e) {
      throw new CodecException(DecodeRule.UNKNOWN_SCHEMA_ID, e.getMessage());
    }
  }

  @Override
  public boolean mayAddColumns(int id) {
    return client.isOwn(id) || ownByNow.contains(id);
  }

  /** What the client knows of an id it believes for ever, so another one is asked. */
  @Override
  public boolean mayAddColumnsByNow(int id) throws IOException {
    TopicSchemas again = new TopicSchemas(registry, topic, subjects);
    try {
      again.schemaById(id);
    } catch (UnreadableSchemaException | ForeignSchemaException e) {
      // Deleted from the registry: nothing has changed for those who know it.
      return false;
    }
    if (again.isOwn(id)) {
      ownByNow.add(id);
    }
    return again.isOwn(id);
  }
}
