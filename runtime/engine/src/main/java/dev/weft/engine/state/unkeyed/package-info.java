/**
 * State of an operator as a whole, by name: lists that are divided or joined on restore, and maps
 * that are the same everywhere. Imports {@code batch} and {@code protocol}.
 */
package dev.weft.engine.state.unkeyed;
