/** Values side by side, for programs that name no record. A Java record says more. */
package dev.weft.api.tuple;
