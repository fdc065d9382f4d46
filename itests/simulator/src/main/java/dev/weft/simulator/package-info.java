/**
 * Runs the production control plane and data plane of a job on a simulated cluster, with faults
 * drawn from a seed, and checks after every event that nothing is lost, repeated or seen too early.
 * Imports the engine, its simulated world and the file sink.
 */
package dev.weft.simulator;
