/** The job that faults are tried on; the only classes that go to the cluster. */
package dev.weft.chaos.job;
