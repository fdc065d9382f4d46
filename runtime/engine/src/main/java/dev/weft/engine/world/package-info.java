/**
 * The ports to everything that is not deterministic: clocks, threads, network, files, chance. The
 * production ones are made in {@code server}; the simulator brings its own. Imports the API only.
 */
package dev.weft.engine.world;
