package io.sluice.runtime.stage;

/** A record broke a rule whose contract says that the job must stop. */
public final class ExpectationFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ExpectationFailedException(String dataset, String rule, String coordinates, String reason) {
    super(
        "Rule %s of dataset %s does not hold at %s: %s The contract says sluice.action: fail, so the job stops. Mend the data or the rule, then restore the job."
            .formatted(rule, dataset, coordinates, reason));
  }
}
