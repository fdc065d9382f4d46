/** Keyed state as user functions see it. Imports api.types. */
package dev.weft.api.state;
