/** The rules of the code base that can be held by a test. */
package dev.weft.engine.rules;
