/** Writes what Kubernetes needs of a pipeline from the files of the pipeline. */
package io.sluice.cli.render;
