package io.sluice.definition.edit;

import java.util.List;

/** A pipeline that cannot go on from the state of its former definition. */
public final class EditRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param reasons one sentence for each, with the ways out
   */
  public EditRefusedException(List<String> reasons) {
    super(
        "The pipeline does not fit the state that it shall go on from:\n  "
            + String.join("\n  ", reasons));
  }
}
