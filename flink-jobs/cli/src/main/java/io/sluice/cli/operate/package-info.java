/** Commands that change how a pipeline runs, while it runs. */
package io.sluice.cli.operate;
