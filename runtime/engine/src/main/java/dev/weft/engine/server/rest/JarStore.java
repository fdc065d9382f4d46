package dev.weft.engine.server.rest;

import dev.weft.api.fs.FileOutput;
import dev.weft.api.fs.FileStore;
import dev.weft.engine.protocol.Artifact;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/** Keeps the jars of submitted jobs where every process can read them, each under its digest. */
public final class JarStore {
  private final FileStore files;
  private final String directory;
  private final AtomicLong uploads = new AtomicLong();

  /**
   * A store.
   *
   * @param directory in the file store; made when needed
   */
  public JarStore(FileStore files, String directory) {
    this.files = files;
    this.directory = directory;
  }

  /** Takes a jar over; nothing happens when it is there already. */
  public Artifact add(String name, Path jar) throws IOException {
    MessageDigest digest = sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(jar), digest)) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
    }
    String sha256 = HexFormat.of().formatHex(digest.digest());
    String path = directory + "/" + sha256 + ".jar";
    if (files.status(path).isEmpty()) {
      files.createDirectories(directory);
      copy(jar, path);
    }
    return new Artifact(name, path, sha256);
  }

  /** A jar appears under its name only when it is whole. */
  private void copy(Path jar, String path) throws IOException {
    String partial = path + "." + System.nanoTime() + "-" + uploads.incrementAndGet() + ".part";
    FileOutput out = files.create(partial);
    try (InputStream in = Files.newInputStream(jar)) {
      in.transferTo(out);
      out.close();
    } catch (IOException e) {
      out.abort();
      throw e;
    }
    try {
      files.rename(partial, path);
    } catch (FileAlreadyExistsException e) {
      files.delete(partial);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Where everything lies that every process can read. */
  FileStore files() {
    return files;
  }
}
