/** When windows emit. Imports windowing.windows, api.state. */
package dev.weft.api.windowing.triggers;
