/** Which windows a record belongs to. Imports windowing.triggers and windowing.windows. */
package dev.weft.api.windowing.assigners;
