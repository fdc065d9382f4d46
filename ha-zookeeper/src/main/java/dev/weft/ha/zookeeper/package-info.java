/**
 * Leader election on ZooKeeper: who leads, under which epoch, and the small pointers that only the
 * newest epoch may move. The plugin's only published type is the factory; it imports the engine's
 * service interface, the API's options and Curator, and is the only code that names ZooKeeper.
 *
 * <p>Below {@code <root>/<application>} lie {@code epoch} (its version is the epoch), {@code
 * leader} (what the leader published), {@code pointers/<name>} and {@code candidates} (who waits).
 */
package dev.weft.ha.zookeeper;
