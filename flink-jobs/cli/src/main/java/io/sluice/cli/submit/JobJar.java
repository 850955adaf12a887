package io.sluice.cli.submit;

/**
 * A jar of the job on the cluster.
 *
 * @param id by which the cluster runs it
 * @param name under which the cluster keeps it; it tells the content
 * @param chosen whether the user named it; else it is the one of the build
 */
record JobJar(String id, String name, boolean chosen) {}
