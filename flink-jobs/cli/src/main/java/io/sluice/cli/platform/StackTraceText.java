package io.sluice.cli.platform;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds what a person wants to know in the text of a Java stack trace. */
final class StackTraceText {
  private static final String CAUSED_BY = "Caused by: ";
  private static final int LONGEST = 800;

  private static final Pattern CLASS_AND_MESSAGE =
      Pattern.compile("((?:[a-z][a-z0-9_]*\\.)+[A-Z][A-Za-z0-9_$]*)(?:: (.*))?", Pattern.DOTALL);

  /** Classes that say nothing, in the message of what wraps them. */
  private static final Pattern EMPTY_CLASS =
      Pattern.compile(
          "(?:[a-z][a-z0-9_]*\\.)+(?:(?:Runtime|IO|UncheckedIO|IllegalState|Completion|Execution|Redis[A-Za-z]*|PSQL|Flink|Kernel[A-Za-z]*)?Exception|Throwable): ");

  /** The packages of the others. */
  private static final Pattern PACKAGE =
      Pattern.compile("(?:[a-z][a-z0-9_]*\\.)+(?=[A-Z][A-Za-z0-9_$]*(?:Exception|Error): )");

  /** Classes that wrap a failure to bring it from one thread or process to another. */
  private static final Pattern WRAPPER =
      Pattern.compile("(org\\.apache\\.flink|org\\.apache\\.pekko|java\\.util\\.concurrent)\\..*");

  /** What stands before a failure of any operator behind a source or a timer. */
  private static final List<String> WRAPPER_TEXTS =
      List.of(
          "TimerException{",
          "AsynchronousException{",
          "Failed to deserialize consumer record due",
          "Could not perform checkpoint ",
          "Could not complete snapshot ");

  /** One exception of the chain. */
  private record Link(String className, String message) {
    static Link of(String text) {
      Matcher matcher = CLASS_AND_MESSAGE.matcher(text);
      if (!matcher.matches()) {
        return new Link("", text);
      }
      String message = matcher.group(2);
      return new Link(matcher.group(1), message == null ? "" : message.strip());
    }

    /** The message, or the class when there is none. */
    String text() {
      return message.isBlank() ? className : message;
    }

    boolean wraps() {
      return WRAPPER.matcher(className).matches()
          || WRAPPER_TEXTS.stream().anyMatch(message::startsWith);
    }
  }

  private StackTraceText() {}

  /**
   * The cause as a person needs it, without names of classes: the first message that is not
   * Flink's, and behind a colon the innermost one if that says more.
   */
  static String cause(String trace) {
    List<Link> chain = chain(trace);
    if (chain.isEmpty()) {
      return "no reason given";
    }
    Link root = chain.get(chain.size() - 1);
    Link first = chain.stream().filter(link -> !link.wraps()).findFirst().orElse(root);
    // A wrapper without words of its own repeats its cause.
    boolean more = !first.text().contains(root.text()) && !root.text().contains(first.text());
    boolean firstSaysMore = first.text().length() >= root.text().length();
    String chosen =
        more ? first.text() + ": " + root.text() : firstSaysMore ? first.text() : root.text();
    String text = PACKAGE.matcher(EMPTY_CLASS.matcher(chosen).replaceAll("")).replaceAll("");
    return text.length() > LONGEST ? text.substring(0, LONGEST) + " ..." : text;
  }

  private static List<Link> chain(String trace) {
    List<Link> chain = new ArrayList<>();
    StringBuilder message = new StringBuilder();
    boolean inFrames = false;
    for (String line : trace.lines().toList()) {
      if (line.startsWith(CAUSED_BY)) {
        add(chain, message);
        message.append(line, CAUSED_BY.length(), line.length());
        inFrames = false;
      } else if (line.startsWith("\t")) {
        inFrames = true;
      } else if (!inFrames && !heading(line)) {
        message.append(message.isEmpty() ? "" : "\n").append(line);
      }
    }
    add(chain, message);
    return chain;
  }

  private static void add(List<Link> chain, StringBuilder message) {
    String text = message.toString().strip();
    if (!text.isEmpty()) {
      chain.add(Link.of(text));
    }
    message.setLength(0);
  }

  private static boolean heading(String line) {
    return line.isBlank()
        || line.equals("Internal server error.")
        || line.startsWith("<Exception on server side")
        || line.startsWith("End of exception on server side");
  }
}
