/**
 * What a job compiles against: environments and streams, with the names that Flink users know.
 * Imports the other packages of the API and the JDK only.
 */
package dev.weft.api;
