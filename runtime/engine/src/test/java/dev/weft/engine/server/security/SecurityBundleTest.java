package dev.weft.engine.server.security;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.error.WeftException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecurityBundleTest {
  private final SecurityBundle.Leader leader = SecurityBundle.Leader.create("app");
  @TempDir private Path directory;

  @Test
  void bundlesSurviveTheirBytes() throws Exception {
    SecurityBundle.Leader back = (SecurityBundle.Leader) SecurityBundle.fromBytes(leader.toBytes());
    assertEquals(
        leader.applicationSecret().restAdminToken(), back.applicationSecret().restAdminToken());
    SecurityBundle.Worker worker =
        (SecurityBundle.Worker) SecurityBundle.fromBytes(back.issueWorker("w_1.a-b").toBytes());
    Identity identity = worker.identity();
    assertEquals("w_1.a-b", identity.name());
    identity
        .certificate()
        .verify(Identity.certificate(leader.authorityCertificate()).getPublicKey());
    assertEquals("leader", back.leaderIdentity().name());
  }

  @Test
  void aWorkerHoldsNoSecretOfTheLeader() {
    String bytes = HexFormat.of().formatHex(leader.issueWorker("w").toBytes());
    ApplicationSecret secret = leader.applicationSecret();
    assertFalse(bytes.contains(HexFormat.of().formatHex(leader.secret())));
    assertFalse(bytes.contains(HexFormat.of().formatHex(leader.authorityKey())));
    assertFalse(bytes.contains(secret.restAdminToken()));
    assertTrue(bytes.contains(HexFormat.of().formatHex(secret.electionSecret())));
  }

  @Test
  void derivedValuesDifferByNameAndSecret() {
    ApplicationSecret secret = leader.applicationSecret();
    assertNotEquals(secret.restAdminToken(), secret.restViewToken());
    assertNotEquals(secret.restAdminToken(), ApplicationSecret.create().restAdminToken());
    assertEquals(64, secret.restViewToken().length());
  }

  /** Computed with an independent implementation of RFC 5869 for a secret of 32 zero bytes. */
  @Test
  void derivationIsStable() {
    ApplicationSecret zero = ApplicationSecret.of(new byte[32]);
    assertEquals(EXPECTED_REST_ADMIN, zero.restAdminToken());
    assertArrayEquals(zero.electionSecret(), zero.derive("election"));
  }

  private static final String EXPECTED_REST_ADMIN =
      "1ec75c75d1d1eefad39ed32de39135d152b255bcde510d4a91a2fa466dd23116";

  @Test
  void namesThatCouldDeceiveAreRefused() {
    for (String name : new String[] {"leader", "", "a,CN=leader", "a b", "x".repeat(65), "a\n"}) {
      assertThrows(IllegalStateException.class, () -> leader.issueWorker(name), name);
    }
  }

  @Test
  void textsDoNotShowSecrets() {
    String text =
        leader
            + " "
            + leader.applicationSecret()
            + " "
            + leader.issueWorker("w")
            + " "
            + leader.leaderIdentity();
    assertFalse(text.contains(HexFormat.of().formatHex(leader.secret()).substring(0, 8)));
    assertFalse(text.contains("[" + leader.secret()[0]));
  }

  @Test
  void filesAreForTheOwnerAlone() throws Exception {
    Path file = directory.resolve("bundle");
    leader.write(file);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertThrows(FileAlreadyExistsException.class, () -> leader.write(file));
    assertEquals("app", SecurityBundle.read(file).applicationId());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    WeftException open = assertThrows(WeftException.class, () -> SecurityBundle.read(file));
    assertTrue(open.getMessage().contains("chmod 600"), open.getMessage());
    assertThrows(WeftException.class, () -> SecurityBundle.read(directory.resolve("none")));
    assertThrows(WeftException.class, () -> SecurityBundle.fromBytes(new byte[] {1, 2, 3}));
  }
}
