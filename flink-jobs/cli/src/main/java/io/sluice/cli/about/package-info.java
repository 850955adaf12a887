/** What the program tells of itself: its version and the completion of its command line. */
package io.sluice.cli.about;
