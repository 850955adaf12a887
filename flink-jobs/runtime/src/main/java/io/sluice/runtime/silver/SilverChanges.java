package io.sluice.runtime.silver;

import io.sluice.definition.model.Expression;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.model.Pipeline.Deduplicate;
import io.sluice.definition.model.Pipeline.SchemaChanges;
import io.sluice.definition.model.Pipeline.Silver;
import io.sluice.definition.model.Pipeline.Source;
import java.io.Serializable;
import java.util.HashSet;
import java.util.Set;

/**
 * What may become of a silver table's columns while its job runs.
 *
 * @param policy what becomes of fields that the contract lacks, or has with narrower types
 * @param fixed columns whose types stay, because rows are found by them
 * @param computed columns that are read before silver by more than rules: a value that the
 *     contract's type cannot hold must not reach silver, for what is computed from it would be
 *     wrong
 */
public record SilverChanges(SchemaChanges policy, Set<String> fixed, Set<String> computed)
    implements Serializable {

  public SilverChanges {
    fixed = Set.copyOf(fixed);
    computed = Set.copyOf(computed);
  }

  /** All that a pipeline does with a dataset. */
  public static SilverChanges of(Pipeline pipeline, Source source) {
    String dataset = source.dataset().name();
    Silver silver = pipeline.silver().get(dataset);
    Set<String> fixed = new HashSet<>(silver.write().partitionBy());
    silver
        .write()
        .upsert()
        .ifPresent(
            upsert -> {
              fixed.addAll(upsert.key());
              fixed.add(upsert.orderBy());
            });
    Set<String> computed = new HashSet<>();
    computed.add(source.eventTime().field());
    silver.deduplicate().map(Deduplicate::by).ifPresent(computed::addAll);
    silver.derive().forEach(derivation -> addColumns(derivation.expression(), computed));
    pipeline.gold().values().stream()
        .filter(view -> view.from().equals(dataset))
        .forEach(
            view -> {
              computed.addAll(view.key());
              view.aggregates()
                  .forEach(
                      aggregate ->
                          aggregate
                              .optionalArgument()
                              .ifPresent(argument -> addColumns(argument, computed)));
            });
    return new SilverChanges(silver.write().schemaChanges(), fixed, computed);
  }

  private static void addColumns(Expression expression, Set<String> columns) {
    if (expression instanceof Expression.ColumnRef column) {
      columns.add(column.name());
    }
    expression.arguments().forEach(argument -> addColumns(argument, columns));
  }
}
