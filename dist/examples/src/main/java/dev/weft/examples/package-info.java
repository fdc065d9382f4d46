/**
 * Jobs to start from: each is one file and one jar. They compile against the API and connectors.
 */
package dev.weft.examples;
