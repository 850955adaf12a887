/** Flink's web UI for the browser of the user who runs the servers. */
package io.sluice.cli.ui;
