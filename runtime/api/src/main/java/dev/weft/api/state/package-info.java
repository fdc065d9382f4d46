/**
 * State as user functions see it: per key, and of operators as a whole. Imports api.types and
 * api.functions.
 */
package dev.weft.api.state;
