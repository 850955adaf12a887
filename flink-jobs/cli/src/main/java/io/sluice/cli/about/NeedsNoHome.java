package io.sluice.cli.about;

/** A command that reads nothing of a home, so that it works whatever the home is like. */
public interface NeedsNoHome {}
