/** Turns the parsed expressions of a pipeline into evaluators over rows. */
package io.sluice.runtime.expression;
