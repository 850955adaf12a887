/** Archives of loaded classes, which make the starts of JVMs cheaper. */
package io.sluice.sandbox.cds;
