/**
 * Operators that read the state of checkpoints and savepoints as records and write records as
 * savepoints. What they need of the control plane's files comes through a port.
 */
package dev.weft.engine.operator.saved;
