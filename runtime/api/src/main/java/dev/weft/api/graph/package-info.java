/**
 * The graph that a program builds: what the streams of the API record and the planner reads. Not
 * for user code.
 */
package dev.weft.api.graph;
