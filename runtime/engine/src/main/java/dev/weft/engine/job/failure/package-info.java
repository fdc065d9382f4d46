/**
 * What a job remembers of its failures and whether it starts again after one. Imports checkpoint,
 * protocol and world only.
 */
package dev.weft.engine.job.failure;
