package dev.weft.api.functions;

import java.io.Serializable;

/** Marks every user function. Functions travel with the job, so they are serializable. */
public interface Function extends Serializable {}
