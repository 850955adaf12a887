package io.sluice.connectors.kafka.catchup;

import org.apache.flink.api.connector.source.SourceEvent;

/**
 * Sent by a reader to its enumerator when it falls behind and when it has caught up.
 *
 * @param behind whether it is behind from now on
 */
public record CatchUpEvent(boolean behind) implements SourceEvent {}
