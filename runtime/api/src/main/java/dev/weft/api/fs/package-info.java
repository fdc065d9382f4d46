/**
 * The file store port: what checkpoints, journals, file sources and sinks need of a file system.
 */
package dev.weft.api.fs;
