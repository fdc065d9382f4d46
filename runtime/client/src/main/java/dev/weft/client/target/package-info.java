/**
 * Where jobs run, as the client sees it: the service interface that targets implement (the client's
 * own local and remote, and YARN's in its plugin) and the access to running clusters. Imports the
 * API and {@code engine.plan}, {@code engine.plugin}; nothing of the command line.
 */
package dev.weft.client.target;
