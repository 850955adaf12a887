package io.sluice.sandbox.ha;

import org.apache.flink.runtime.checkpoint.CheckpointStoreUtil;

/** File names of checkpoints: the id with leading zeros, so that names sort like ids. */
enum CheckpointNames implements CheckpointStoreUtil {
  INSTANCE;

  @Override
  public String checkpointIDToName(long checkpointId) {
    return "%019d".formatted(checkpointId);
  }

  @Override
  public long nameToCheckpointID(String name) {
    return Long.parseLong(name);
  }
}
