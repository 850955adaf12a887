package io.sluice.sandbox.home;

import java.time.Duration;

/** Hears how far an action on the stack is. Calls may come from several threads. */
public interface Progress {

  /** The process of a component is being started. */
  default void starting(Component component) {}

  /** The component answers its clients; {@code took} counts from {@link #starting}. */
  default void ready(Component component, Duration took) {}

  /** The component runs already and stays as it is. */
  default void kept(Component component) {}

  /** The component is asked to end. */
  default void stopping(Component component) {}

  /** The process of the component and its children are gone. */
  default void stopped(Component component) {}

  /** Something that takes a while and happens once, such as unpacking a server. */
  default void note(String sentence) {}

  /** Hears and says nothing. */
  static Progress silent() {
    return new Progress() {};
  }
}
