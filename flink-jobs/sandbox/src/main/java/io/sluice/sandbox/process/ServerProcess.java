package io.sluice.sandbox.process;

/**
 * A process as the state file remembers it.
 *
 * @param pid its number, which the operating system gives to another process some day
 * @param start what tells it from a later process of the same number, see {@link Processes#mark}
 * @param instance a name that is new at each start
 */
public record ServerProcess(long pid, String start, String instance) {}
