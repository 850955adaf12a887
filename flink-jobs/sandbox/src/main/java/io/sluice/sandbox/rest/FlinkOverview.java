package io.sluice.sandbox.rest;

/** What the cluster has: TaskManagers, slots, jobs that run, and its Flink version. */
public record FlinkOverview(
    int taskManagers, int slots, int freeSlots, int runningJobs, String version) {}
