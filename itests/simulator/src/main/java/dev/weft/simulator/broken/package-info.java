/**
 * Sinks and worlds that do not keep what production code relies on, to see that the simulator finds
 * the planted bugs that they stand for. Imports the API and the engine's ports.
 */
package dev.weft.simulator.broken;
