/** What only the owner of a home may know: its files' permissions, passwords and key. */
package io.sluice.sandbox.secrets;
