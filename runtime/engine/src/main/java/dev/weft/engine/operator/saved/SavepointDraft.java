package dev.weft.engine.operator.saved;

import java.util.List;

/**
 * A savepoint that is to be made of pieces.
 *
 * @param jobId of the job that makes it
 * @param directory of the savepoint
 * @param base the snapshot that it begins with; empty for none
 * @param removed the operators of the base that are left out
 * @param added the operators that come in pieces
 */
public record SavepointDraft(
    String jobId, String directory, String base, List<String> removed, List<String> added) {}
