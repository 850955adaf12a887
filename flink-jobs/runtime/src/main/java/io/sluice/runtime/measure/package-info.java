/** What the stages measure. */
package io.sluice.runtime.measure;
