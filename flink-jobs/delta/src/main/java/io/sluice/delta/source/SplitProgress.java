package io.sluice.delta.source;

/** How far the task is with a split. */
final class SplitProgress {

  private final DeltaSplit split;
  private long emitted;

  SplitProgress(DeltaSplit split) {
    this.split = split;
    emitted = split.emitted();
  }

  void advance() {
    emitted++;
  }

  /** The split with what is behind it, for a checkpoint. */
  DeltaSplit split() {
    return new DeltaSplit(split.splitId(), split.range(), emitted);
  }
}
