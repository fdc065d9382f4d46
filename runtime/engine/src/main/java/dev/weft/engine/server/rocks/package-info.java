/**
 * Rows of keyed state in RocksDB: the one place that names it. The databases of a worker share
 * their memory ({@link dev.weft.engine.server.rocks.RocksEnvironment}); each store has one of its
 * own. Implements the port {@link dev.weft.engine.state.RowDatabases}.
 */
package dev.weft.engine.server.rocks;
