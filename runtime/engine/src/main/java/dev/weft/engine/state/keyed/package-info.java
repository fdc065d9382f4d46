/**
 * Keyed states as users declare them, on top of what a store has: folds, default values, values
 * that expire. Imports {@code state}, {@code batch} and {@code world}.
 */
package dev.weft.engine.state.keyed;
