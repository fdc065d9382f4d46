/** What goes wrong and who must act: the one exception type and its codes. Imports the JDK only. */
package dev.weft.api.error;
