package io.sluice.definition.model;

import java.io.Serializable;
import java.util.List;

/**
 * What a dataset promises, from its Open Data Contract Standard file.
 *
 * @param id the contract's id, such as {@code market-risk.trades}
 * @param version the contract's own version
 * @param primaryKey columns in key order, empty when the contract names none
 * @param expectations the rules in the order of the file
 */
public record Contract(
    String id, String version, List<String> primaryKey, List<Expectation> expectations)
    implements Serializable {
  public Contract {
    primaryKey = List.copyOf(primaryKey);
    expectations = List.copyOf(expectations);
  }
}
