package io.sluice.delta.storage;

import java.io.IOException;
import org.apache.flink.annotation.Internal;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/**
 * A file that is being written, by one thread. Once its stream is closed it is there and durable,
 * its name as well; a stream that failed or was given up ends as no file that anybody could take
 * for whole.
 */
@Internal
public abstract class NewFile implements OutputFile {

  /** Gives the file up: what is written from now on goes nowhere, and nothing fails any more. */
  public abstract void abandon() throws IOException;

  /** Whether there may be something under its name after it was given up. */
  public boolean leavesSomething() {
    return true;
  }

  /**
   * The file, once its stream is closed; costs no request.
   *
   * @throws IllegalStateException before that, and after a failure
   */
  public abstract StoredFile written();

  /** The only stream. */
  public final PositionOutputStream create() throws IOException {
    return create(0);
  }

  @Override
  public final PositionOutputStream createOrOverwrite(long blockSizeHint) throws IOException {
    return create(blockSizeHint);
  }

  @Override
  public final boolean supportsBlockSize() {
    return false;
  }

  @Override
  public final long defaultBlockSize() {
    return 0;
  }
}
