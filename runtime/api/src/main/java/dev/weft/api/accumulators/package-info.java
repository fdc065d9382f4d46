/** Values that all subtasks of a job add to and that the client gets at the end. */
package dev.weft.api.accumulators;
