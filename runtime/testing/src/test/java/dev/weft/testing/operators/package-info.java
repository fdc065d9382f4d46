/** The built-in steps, each in all variations of a script. Imports api and testing. */
package dev.weft.testing.operators;
