/**
 * How frames go from task to task: channels, gates, partitioners, the wire. Imports {@code memory},
 * {@code batch}, {@code state}, {@code world} and {@code protocol}.
 */
package dev.weft.engine.exchange;
