/** The service interfaces of connectors: replayable sources and transactional sinks. */
package dev.weft.api.connector;
