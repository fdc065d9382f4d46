/** Functions of two streams. */
package dev.weft.api.functions.co;
