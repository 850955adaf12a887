package io.sluice.udf;

import java.util.Locale;
import org.apache.flink.table.data.StringData;

/** Functions on strings, the same in every locale. */
public final class StringFunctions {
  private StringFunctions() {}

  /** In upper case. */
  public static StringData upper(StringData text) {
    return StringData.fromString(text.toString().toUpperCase(Locale.ROOT));
  }

  /** In lower case. */
  public static StringData lower(StringData text) {
    return StringData.fromString(text.toString().toLowerCase(Locale.ROOT));
  }

  /** Texts, one behind the other. */
  public static StringData concat(Object... texts) {
    StringBuilder joined = new StringBuilder();
    for (Object text : texts) {
      joined.append(text);
    }
    return StringData.fromString(joined.toString());
  }

  /** Without white space at both ends. */
  public static StringData trim(StringData text) {
    return StringData.fromString(text.toString().strip());
  }
}
