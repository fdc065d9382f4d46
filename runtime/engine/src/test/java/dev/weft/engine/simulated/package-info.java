/**
 * A whole cluster on one thread: clock, threads, network, files and leader election are events in
 * one queue, drawn from one seed. Production components run on it unchanged. Test code, shared with
 * the simulator module.
 */
package dev.weft.engine.simulated;
