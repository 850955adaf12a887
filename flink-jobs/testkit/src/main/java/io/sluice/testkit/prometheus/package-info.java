/** A real Prometheus and its tools, for tests of rules and of what they look at. */
package io.sluice.testkit.prometheus;
