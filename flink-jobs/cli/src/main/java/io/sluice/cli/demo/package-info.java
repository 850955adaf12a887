/**
 * The {@code sluice demo} command: a seeded stream of trades, clean and dirty in known proportions,
 * sent through the real stack and compared, store by store, with results that were computed here
 * and not by the job.
 */
package io.sluice.cli.demo;
