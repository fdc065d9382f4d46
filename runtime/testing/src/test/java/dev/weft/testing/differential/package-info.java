/**
 * Random programs on random data, run by the engine and by a slow, obvious interpreter: {@link
 * dev.weft.testing.differential.RandomProgram} draws the steps, {@code Translation} writes them
 * with the API, {@code Interpreter} says what must come out.
 */
package dev.weft.testing.differential;
