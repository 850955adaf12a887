/** How a server process is watched: the shell that waits for it, and what became of it so far. */
package io.sluice.sandbox.watch;
