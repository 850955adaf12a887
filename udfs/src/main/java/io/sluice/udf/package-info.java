/** Pure functions on Flink's internal data objects; one class per group of functions, no I/O. */
package io.sluice.udf;
