/**
 * Rows of keyed state in RocksDB: the one place that names it. A {@link
 * dev.weft.engine.state.rocks.RocksEnvironment} of a worker has the memory that all its databases
 * share; each store has a database of its own. Imports state, and of the API the errors only.
 */
package dev.weft.engine.state.rocks;
