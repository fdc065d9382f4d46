/** Logical types of records, derived from classes. Imports api.error only. */
package dev.weft.api.types;
