/**
 * The ports to everything that is not deterministic: clocks, threads, network, files, chance. The
 * production ones are made in {@code server}; the simulator brings its own. Imports the API and
 * {@code protocol}.
 */
package dev.weft.engine.world;
