/**
 * One job: its states, where its subtasks run, its sources, its failures and its end. Imports
 * {@code plan}, {@code checkpoint}, {@code world} and {@code protocol}.
 */
package dev.weft.engine.job;
