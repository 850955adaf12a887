package io.sluice.sandbox.rest;

/**
 * A failure that a job had.
 *
 * @param millis epoch milliseconds
 * @param task name of the task, empty if it was none's
 * @param rootCause last cause, in one line
 * @param stackTrace the whole of it
 */
public record FlinkFailure(long millis, String task, String rootCause, String stackTrace) {}
