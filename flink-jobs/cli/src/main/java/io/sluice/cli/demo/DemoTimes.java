package io.sluice.cli.demo;

import io.sluice.cli.demo.measure.Percentiles;

/**
 * What was measured in a run.
 *
 * @param eventsPerSecond acknowledged events by the time until every sink held them; the time runs
 *     from the first intended send, with {@code --prefill} from the moment all tasks of the job run
 * @param servingLatency intended send time to readable in Redis
 * @param freshness intended send time to version of the silver table readable by this process
 * @param servingWithWarmUp the serving latency of all events
 * @param warmUp its events are left out of the other two
 */
public record DemoTimes(
    double eventsPerSecond,
    Percentiles servingLatency,
    Percentiles freshness,
    Percentiles servingWithWarmUp,
    WarmUp warmUp) {}
