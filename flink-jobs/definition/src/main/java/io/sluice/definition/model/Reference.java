package io.sluice.definition.model;

import java.io.Serializable;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text of a pipeline file that may name environment variables as <code>${NAME}</code>. It is kept
 * as written and resolved only where its value is needed, so that a secret never travels with the
 * job.
 */
public record Reference(String text) implements Serializable {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");

  /**
   * The text with every variable replaced.
   *
   * @param environment gives the value of a variable, or null
   * @throws IllegalStateException if a variable has no value
   */
  public String resolve(Function<String, String> environment) {
    Matcher matcher = VARIABLE.matcher(text);
    StringBuilder resolved = new StringBuilder();
    while (matcher.find()) {
      String value = environment.apply(matcher.group(1));
      if (value == null) {
        throw new IllegalStateException(
            "The pipeline names ${%s}, but no environment variable of that name is set here. Set it for the process that runs this part of the job."
                .formatted(matcher.group(1)));
      }
      matcher.appendReplacement(resolved, Matcher.quoteReplacement(value));
    }
    return matcher.appendTail(resolved).toString();
  }
}
