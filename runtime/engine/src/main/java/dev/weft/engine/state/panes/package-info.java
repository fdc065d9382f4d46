/**
 * State that lies in a store's snapshots but not in its rows; first of all accumulators by key and
 * pane, which windows of regular lengths are made of. Imports what {@code state} imports.
 */
package dev.weft.engine.state.panes;
