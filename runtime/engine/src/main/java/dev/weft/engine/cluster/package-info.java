/**
 * The jobs and workers of one application: dispatcher, resource manager, and the service interfaces
 * for leader election and worker provisioning. Imports {@code plan}, {@code checkpoint}, {@code
 * job}, {@code world} and {@code protocol}.
 */
package dev.weft.engine.cluster;
