package io.sluice.connectors.kafka.catchup;

import org.apache.flink.api.connector.source.SourceEvent;

/** How a reader keeps up with its topic. It sends each change to its enumerator. */
public enum Pace implements SourceEvent {
  /** It works off records that have waited for seconds. */
  BEHIND,
  /** It reads what has just arrived. */
  LIVE,
  /** Nothing has arrived for a minute. */
  QUIET
}
