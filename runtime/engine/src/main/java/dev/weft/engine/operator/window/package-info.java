/**
 * Windows over keyed streams. Imports what {@code operator} imports, and {@code operator} itself.
 */
package dev.weft.engine.operator.window;
