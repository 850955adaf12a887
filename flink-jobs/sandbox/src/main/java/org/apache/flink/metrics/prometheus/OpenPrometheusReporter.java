package org.apache.flink.metrics.prometheus;

import io.prometheus.client.CollectorRegistry;

/**
 * Flink's reporter without its server, which listens on every interface and cannot be told
 * otherwise. It stands in Flink's package, because only classes of that see the registry.
 */
public abstract class OpenPrometheusReporter extends AbstractPrometheusReporter {

  /** All metrics, named and labelled as Flink's own reporter does. */
  protected CollectorRegistry collectors() {
    return registry;
  }
}
