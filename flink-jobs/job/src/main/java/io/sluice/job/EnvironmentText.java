package io.sluice.job;

import io.sluice.definition.model.Reference;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * A text of the pipeline file whose variables are looked up where it is needed: on the task
 * manager, in its own environment. Only the names travel with the job, never the values.
 */
final class EnvironmentText implements SerializableSupplier<String> {
  private static final long serialVersionUID = 1L;

  private final Reference reference;

  EnvironmentText(Reference reference) {
    this.reference = reference;
  }

  @Override
  public String get() {
    return reference.resolve(System::getenv);
  }
}
