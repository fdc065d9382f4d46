/**
 * From a program's graph to the plan that is deployed. Imports {@code world} and {@code protocol}.
 */
package dev.weft.engine.plan;
