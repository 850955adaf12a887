/** Tools of other kinds than Java's libraries: browsers, Prometheus, packages of npm. */
package io.sluice.testkit.tool;
