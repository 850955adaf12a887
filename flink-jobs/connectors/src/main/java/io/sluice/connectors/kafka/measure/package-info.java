/** What is measured of topics that are written. */
package io.sluice.connectors.kafka.measure;
