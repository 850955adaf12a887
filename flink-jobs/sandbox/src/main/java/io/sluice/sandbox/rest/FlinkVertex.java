package io.sluice.sandbox.rest;

/**
 * A chain of operators of a job.
 *
 * @param id 32 hexadecimal digits
 * @param status such as RUNNING
 * @param recordsIn read from other vertices so far
 * @param recordsOut sent to other vertices so far
 */
public record FlinkVertex(
    String id, String name, int parallelism, String status, long recordsIn, long recordsOut) {}
