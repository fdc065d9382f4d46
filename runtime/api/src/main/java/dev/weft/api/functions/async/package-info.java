/** Functions that ask something outside without waiting for the answer. */
package dev.weft.api.functions.async;
