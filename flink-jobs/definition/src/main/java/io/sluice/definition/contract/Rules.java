package io.sluice.definition.contract;

import io.sluice.definition.model.Expectation;
import io.sluice.definition.model.Expectation.Action;
import io.sluice.definition.model.Expectation.Check;
import io.sluice.definition.yaml.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Collects the expectations of one contract and keeps their names apart. */
final class Rules {
  private final List<Expectation> expectations = new ArrayList<>();
  private final Map<String, String> takenBy = new HashMap<>();

  void add(Value place, String rule, String column, Check check, Action action) {
    String former = takenBy.putIfAbsent(rule, place.path());
    if (former != null) {
      place.problem(
          "the rule name '%s' is taken by %s. Give one of them another name with 'name'."
              .formatted(rule, former));
      return;
    }
    expectations.add(new Expectation(rule, column, check, action));
  }

  List<Expectation> inOrder() {
    return List.copyOf(expectations);
  }
}
