/** Metrics of Flink's processes for Prometheus, on the loopback address. Runs inside of them. */
package io.sluice.sandbox.scrape;
