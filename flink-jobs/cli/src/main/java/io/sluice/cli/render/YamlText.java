package io.sluice.cli.render;

import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;

/** Trees of maps, lists, texts and numbers as YAML; texts of several lines stay readable. */
final class YamlText {
  private static final int NO_FOLDING = 10_000;

  private YamlText() {}

  static String of(Object tree) {
    DumpSettings settings =
        DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setDefaultScalarStyle(ScalarStyle.PLAIN)
            .setWidth(NO_FOLDING)
            .setSplitLines(false)
            // Equal objects would be written once and referred to.
            .setDereferenceAliases(true)
            .setMaxSimpleKeyLength(1024)
            .build();
    return new Dump(settings).dumpToString(tree);
  }
}
