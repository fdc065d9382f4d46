/** What functions measure; shown by REST and to Prometheus. */
package dev.weft.api.metrics;
