/** What user functions measure: metrics and accumulators. Imports {@code protocol}. */
package dev.weft.engine.operator.measure;
