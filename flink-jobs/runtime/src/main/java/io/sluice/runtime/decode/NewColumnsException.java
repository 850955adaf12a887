package io.sluice.runtime.decode;

/** A producer writes fields that the contract lacks, and the pipeline wants to stop then. */
public final class NewColumnsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NewColumnsException(String dataset, int schemaId, Object columns) {
    super(
        "Schema %d has columns that the contract of dataset %s lacks, or has with narrower types: %s. silver.%s.write.schemaChanges is 'fail': name them in the contract's schema, or write 'evolve' (the table gets them) or 'lenient' (they are left out, types stay), then start the job again from its last checkpoint."
            .formatted(schemaId, dataset, columns, dataset));
  }
}
