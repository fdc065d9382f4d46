package dev.weft.engine.protocol;

/**
 * A jar of the job.
 *
 * @param name for people
 * @param path in the file store, or a file that the cluster already put on every node
 * @param sha256 pinned digest, hexadecimal; checked before a class is loaded
 */
public record Artifact(String name, String path, String sha256) {}
