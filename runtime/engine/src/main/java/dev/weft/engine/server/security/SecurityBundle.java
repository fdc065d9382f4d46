package dev.weft.engine.server.security;

import dev.weft.api.error.ErrorCode;
import dev.weft.api.error.WeftException;
import dev.weft.engine.protocol.RecordCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a process must hold to take part in an application, as bytes that travel in YARN's
 * credentials or lie in a file that its owner alone can read.
 */
public sealed interface SecurityBundle {
  /** The application. */
  String applicationId();

  /** For a leader: everything. */
  record Leader(
      String applicationId, byte[] secret, byte[] authorityKey, byte[] authorityCertificate)
      implements SecurityBundle {
    /** A new bundle with a secret and an authority of its own. */
    public static Leader create(String applicationId) {
      ApplicationCa authority = ApplicationCa.create();
      try {
        return new Leader(
            applicationId,
            ApplicationSecret.create().bytes(),
            authority.key().getEncoded(),
            authority.certificate().getEncoded());
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("a certificate just made can not be encoded", e);
      }
    }

    /** The application's secret. */
    public ApplicationSecret applicationSecret() {
      return ApplicationSecret.of(secret);
    }

    /** The identity of a leader process; a new one with each call. */
    public Identity leaderIdentity() {
      return authority().issueLeader();
    }

    /** The bundle for a worker; a new one with each call. */
    public Worker issueWorker(String workerId) {
      Identity identity = authority().issueWorker(workerId);
      try {
        return new Worker(
            applicationId,
            workerId,
            identity.key().getEncoded(),
            identity.certificate().getEncoded(),
            authorityCertificate,
            applicationSecret().electionSecret());
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("a certificate just made can not be encoded", e);
      }
    }

    private ApplicationCa authority() {
      try {
        return new ApplicationCa(
            Identity.privateKey(authorityKey), Identity.certificate(authorityCertificate));
      } catch (GeneralSecurityException e) {
        throw damaged(e);
      }
    }

    @Override
    public String toString() {
      return "Leader[" + applicationId + "]";
    }
  }

  /**
   * For a worker: its own identity, and nothing from which another one's follows.
   *
   * @param electionSecret what finding the leader takes
   */
  record Worker(
      String applicationId,
      String workerId,
      byte[] key,
      byte[] certificate,
      byte[] authorityCertificate,
      byte[] electionSecret)
      implements SecurityBundle {
    /** What the worker proves itself with. */
    public Identity identity() {
      try {
        return new Identity(
            Identity.privateKey(key),
            Identity.certificate(certificate),
            Identity.certificate(authorityCertificate));
      } catch (GeneralSecurityException e) {
        throw damaged(e);
      }
    }

    @Override
    public String toString() {
      return "Worker[" + applicationId + ", " + workerId + "]";
    }
  }

  /** The bytes that travel. */
  default byte[] toBytes() {
    return Codec.CODEC.toBytes(this);
  }

  /**
   * A bundle from its bytes.
   *
   * @throws WeftException with code USER when the bytes are no bundle
   */
  static SecurityBundle fromBytes(byte[] bytes) {
    try {
      return Codec.CODEC.fromBytes(bytes);
    } catch (IOException e) {
      throw damaged(e);
    }
  }

  /**
   * Writes the bundle to a new file that its owner alone can read.
   *
   * @throws java.nio.file.FileAlreadyExistsException when the file exists
   */
  default void write(Path file) throws IOException {
    writePrivately(file, toBytes());
  }

  /** Writes bytes to a new file that its owner alone can read. */
  static void writePrivately(Path file, byte[] bytes) throws IOException {
    Set<PosixFilePermission> owner =
        EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    try (var channel =
        Files.newByteChannel(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(owner))) {
      java.nio.ByteBuffer buffer = java.nio.ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    }
  }

  /**
   * Reads a bundle from a file.
   *
   * @throws WeftException with code USER when there is no bundle in the file, or when others than
   *     its owner can read it
   */
  static SecurityBundle read(Path file) {
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
      permissions.removeIf(permission -> permission.name().startsWith("OWNER"));
      if (!permissions.isEmpty()) {
        throw new WeftException(
            ErrorCode.USER,
            "The security file " + file + " can be read by others; run: chmod 600 " + file);
      }
      return fromBytes(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new WeftException(
          ErrorCode.USER,
          "There is no security file "
              + file
              + "; start the JobManager first, or copy the file from its machine",
          e);
    } catch (IOException e) {
      throw new WeftException(
          ErrorCode.USER, "The security file " + file + " can not be read: " + e, e);
    }
  }

  private static WeftException damaged(Exception cause) {
    return new WeftException(
        ErrorCode.USER, "The security bundle is damaged: " + cause.getMessage(), cause);
  }

  /** Holds the codec until it is needed. */
  final class Codec {
    private static final RecordCodec<SecurityBundle> CODEC = RecordCodec.of(SecurityBundle.class);

    private Codec() {}
  }
}
