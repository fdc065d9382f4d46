/** Functions over the records of a window. Imports windowing.windows, api.state. */
package dev.weft.api.functions.windowing;
