/**
 * Tests of programs: {@link dev.weft.testing.TestHarness} runs a piece of a program in the test's
 * own thread, fed by hand; {@link dev.weft.testing.TestScript} runs the same inputs again with
 * one-row batches, over restores and over changes of the parallelism.
 */
package dev.weft.testing;
