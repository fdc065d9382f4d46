/** Typed options and the configuration that holds their values. Imports api.error only. */
package dev.weft.api.config;
