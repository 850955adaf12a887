package io.sluice.sandbox.rest;

import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** A job that Flink runs in {@link FlinkRestITCase}: counts until it is stopped. */
public final class EndlessJob {

  private EndlessJob() {}

  public static void main(String[] args) throws Exception {
    if (args.length != 1) {
      throw new IllegalArgumentException("one argument is wanted: the job's name");
    }
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.enableCheckpointing(200);
    env.setParallelism(1);
    env.fromSequence(0, Long.MAX_VALUE)
        .map(number -> number)
        .returns(Types.LONG)
        .uid("map")
        .disableChaining()
        .sinkTo(new DiscardingSink<>());
    env.execute(args[0]);
  }
}
