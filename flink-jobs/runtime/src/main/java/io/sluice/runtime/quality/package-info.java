/** The expectations of a contract as one pass over a row. */
package io.sluice.runtime.quality;
