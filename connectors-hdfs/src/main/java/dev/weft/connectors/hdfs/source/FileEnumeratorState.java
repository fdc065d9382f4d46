package dev.weft.connectors.hdfs.source;

import java.util.List;

/**
 * What the enumerator keeps in a checkpoint.
 *
 * @param listed whether the input was listed
 * @param pending splits that no reader has
 * @param seen paths of the files found so far; kept by unbounded sources only
 */
public record FileEnumeratorState(boolean listed, List<FileSplit> pending, List<String> seen) {}
