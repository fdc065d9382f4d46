/**
 * From a program's graph to the plan that is deployed: checks, identities, chains, edges, and the
 * forms in which a plan travels and is shown. Imports {@code world} and {@code protocol}.
 */
package dev.weft.engine.plan;
