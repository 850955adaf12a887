/** What a pipeline reads and writes, told to an OpenLineage receiver while the job runs. */
package io.sluice.job.lineage;
