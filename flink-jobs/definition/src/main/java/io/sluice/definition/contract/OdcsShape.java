package io.sluice.definition.contract;

import io.sluice.definition.yaml.Fields;
import io.sluice.definition.yaml.Value;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The shape of those parts of a contract that document and are not acted on: which keys the Open
 * Data Contract Standard v3.1.0 knows, so that a misspelt one does not pass as documentation.
 */
sealed interface OdcsShape {
  /** Anything. */
  OdcsShape ANY = new Any();

  OdcsShape LIST = new ListOf(ANY);
  OdcsShape DEFINITIONS = new ListOf(keys("id", "url", "type", "description"));
  OdcsShape CUSTOM = new ListOf(keys("id", "property", "value", "description"));

  private static OdcsShape teamMember() {
    return keys(
            "id",
            "username",
            "name",
            "description",
            "role",
            "dateIn",
            "dateOut",
            "replacedByUsername",
            "tags")
        .with("customProperties", CUSTOM)
        .with("authoritativeDefinitions", DEFINITIONS);
  }

  /** The top-level keys of a contract that are not acted on. */
  Map<String, OdcsShape> DOCUMENTATION =
      Map.ofEntries(
          Map.entry("tenant", ANY),
          Map.entry("tags", LIST),
          Map.entry("servers", LIST),
          Map.entry("dataProduct", ANY),
          Map.entry(
              "description",
              new Mapping(Map.of("usage", ANY, "purpose", ANY, "limitations", ANY))
                  .with("authoritativeDefinitions", DEFINITIONS)
                  .with("customProperties", CUSTOM)),
          Map.entry("domain", ANY),
          Map.entry(
              "support",
              new ListOf(
                  keys("id", "channel", "url", "description", "tool", "scope", "invitationUrl")
                      .with("customProperties", CUSTOM))),
          Map.entry("price", keys("id", "priceAmount", "priceCurrency", "priceUnit")),
          Map.entry(
              "team",
              new ListOr(
                  teamMember(),
                  keys("id", "name", "description", "tags")
                      .with("members", new ListOf(teamMember()))
                      .with("customProperties", CUSTOM)
                      .with("authoritativeDefinitions", DEFINITIONS))),
          Map.entry(
              "roles",
              new ListOf(
                  keys(
                          "id",
                          "role",
                          "description",
                          "access",
                          "firstLevelApprovers",
                          "secondLevelApprovers")
                      .with("customProperties", CUSTOM))),
          Map.entry("authoritativeDefinitions", DEFINITIONS),
          Map.entry("customProperties", CUSTOM),
          Map.entry("contractCreatedTs", ANY));

  /** Adds a problem for every key that the standard does not know. */
  void check(Value value);

  private static Mapping keys(String... names) {
    Map<String, OdcsShape> keys = new TreeMap<>();
    for (String name : names) {
      keys.put(name, ANY);
    }
    return new Mapping(keys);
  }

  /** No demand. */
  record Any() implements OdcsShape {
    @Override
    public void check(Value value) {
      // Whatever stands here is documentation of a free form.
    }
  }

  /** A list of things of one shape. */
  record ListOf(OdcsShape item) implements OdcsShape {
    @Override
    public void check(Value value) {
      value.items().ifPresent(items -> items.forEach(item::check));
    }
  }

  /** A list of one shape, or a single thing of another. */
  record ListOr(OdcsShape item, OdcsShape single) implements OdcsShape {
    @Override
    public void check(Value value) {
      (value.isList() ? new ListOf(item) : single).check(value);
    }
  }

  /** A mapping with known keys. */
  record Mapping(Map<String, OdcsShape> keys) implements OdcsShape {
    Mapping with(String key, OdcsShape shape) {
      Map<String, OdcsShape> more = new TreeMap<>(keys);
      more.put(key, shape);
      return new Mapping(more);
    }

    @Override
    public void check(Value value) {
      Optional<Fields> fields = value.fields(keys.keySet());
      fields.ifPresent(
          found -> keys.forEach((key, shape) -> found.optional(key).ifPresent(shape::check)));
    }
  }
}
