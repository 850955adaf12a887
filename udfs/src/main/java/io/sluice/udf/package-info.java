/**
 * Pure functions on Flink's internal data objects; one class per group of functions, no I/O. {@link
 * io.sluice.udf.UserFunction} registers those that a pipeline file can call.
 */
package io.sluice.udf;
