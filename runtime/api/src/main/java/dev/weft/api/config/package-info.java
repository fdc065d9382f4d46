/**
 * Typed options, their catalogue, the configuration that holds their values and the file it is read
 * from. Imports api.error only.
 */
package dev.weft.api.config;
