package io.sluice.k8s;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** Looks for what is wrong with a resource. */
public interface Check {
  /** By the names that the file of mistakes uses. */
  Map<String, Check> ALL =
      Map.of(
          "CrdSchema", new CrdSchema(),
          "FlinkKeys", new FlinkKeys(),
          "Memory", new Memory(),
          "OperatorRules", new OperatorRules(),
          "Models", new Models());

  /** Each problem as a sentence; none if the check has nothing to say about this kind. */
  List<String> problems(ObjectNode resource);
}
