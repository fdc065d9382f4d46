/** Which records of a window are left out. Imports windowing.windows. */
package dev.weft.api.windowing.evictors;
