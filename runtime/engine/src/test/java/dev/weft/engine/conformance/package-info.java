/**
 * What every implementation of a port is held to, the simulated one as well as the real one, as
 * tests to extend.
 */
package dev.weft.engine.conformance;
