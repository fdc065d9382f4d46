/**
 * Workloads on Weft's public API with the generators and check sums of the peers that Weft is
 * measured against, and what measures them. May import {@code dev.weft.api}, the connectors and,
 * for the cluster in this process, {@code dev.weft.engine}.
 */
package dev.weft.benchmarks;
