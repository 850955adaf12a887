package io.sluice.runtime.ledger;

import io.sluice.definition.edit.KeptDefinition;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * Keeps with the state of a job what that state was made for, and refuses state of another
 * definition. Edits are compared before a job starts; this is the last guard, for starts that come
 * by another way, such as a recovery from a high-availability store with an edited file.
 */
public final class DefinitionGuard implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final ListStateDescriptor<String> DEFINITION =
      new ListStateDescriptor<>("definition", Types.STRING);

  private final ArrayList<String> current;
  private final ArrayList<String> from;
  private transient ListState<String> state;

  /**
   * A guard.
   *
   * @param definition what the job's state is made for
   * @param compared what the state was made for that the definition was compared with; empty when
   *     there was none
   */
  public DefinitionGuard(KeptDefinition definition, Optional<KeptDefinition> compared) {
    current = new ArrayList<>(definition.lines());
    from = new ArrayList<>(compared.map(KeptDefinition::lines).orElse(List.of()));
  }

  /** The lines of the definition that restored state was made for; none in older state. */
  public static List<String> definition(OperatorStateStore restored) throws Exception {
    List<String> lines = new ArrayList<>();
    restored.getListState(DEFINITION).get().forEach(lines::add);
    return lines;
  }

  /**
   * Compares the restored definition.
   *
   * @throws IllegalStateException if the state was made for another one
   */
  void initializeState(OperatorStateStore store) throws Exception {
    List<String> restored = definition(store);
    state = store.getListState(DEFINITION);
    if (!restored.isEmpty() && !restored.equals(current) && !restored.equals(from)) {
      throw new IllegalStateException(
          "The job's state was made for another definition of the pipeline. Only the state has %s; only the pipeline has %s. Start the pipeline from a savepoint of this state, or change the definition back."
              .formatted(without(restored, current), without(current, restored)));
    }
  }

  private static List<String> without(List<String> lines, List<String> others) {
    return lines.stream()
        .filter(line -> !others.contains(line))
        .map(line -> line.replace('\t', ' '))
        .toList();
  }

  void snapshotState() throws Exception {
    state.update(current);
  }
}
