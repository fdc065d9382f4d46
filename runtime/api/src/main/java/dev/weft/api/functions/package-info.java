/** The functions that users write. Imports api.state and api.types. */
package dev.weft.api.functions;
