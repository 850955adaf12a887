/** What the program tells of itself: its version and the commit it was built from. */
package io.sluice.cli.about;
