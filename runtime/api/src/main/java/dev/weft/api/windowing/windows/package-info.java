/** Windows: parts of a stream. Imports api.types. */
package dev.weft.api.windowing.windows;
