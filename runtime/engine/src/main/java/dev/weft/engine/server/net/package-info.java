/**
 * The network behind {@code world.Transport}: Netty with mutual TLS between processes, and queues
 * within one. Imports the API, {@code world}, {@code protocol} and {@code server.security}, and
 * alone may name Netty's channels.
 */
package dev.weft.engine.server.net;
