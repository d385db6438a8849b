// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.UUID;

/** A certificate for localhost that signs itself, made by the JDK's keytool for this run only. */
final class SelfSigned {
  private static final String ALIAS = "localhost";
  private static final int LINE = 64;

  private final Path certificate;
  private final Path key;

  private SelfSigned(Path directory) {
    certificate = directory.resolve("localhost.crt");
    key = directory.resolve("localhost.key");
  }

  /** Makes one in a directory that only this user can read, and that is removed at the end. */
  static SelfSigned make() {
    try {
      Path directory = Files.createTempDirectory("swoole4j-example");
      directory.toFile().deleteOnExit();
      SelfSigned made = new SelfSigned(directory);
      made.write(directory.resolve("localhost.p12"), UUID.randomUUID().toString());
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private void write(Path store, String password) throws IOException, GeneralSecurityException {
    generate(store, password);
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, password.toCharArray());
    }
    Files.delete(store);
    pem(certificate, "CERTIFICATE", keys.getCertificate(ALIAS).getEncoded());
    pem(key, "PRIVATE KEY", keys.getKey(ALIAS, password.toCharArray()).getEncoded());
  }

  private static void generate(Path store, String password) throws IOException {
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    Process process =
        new ProcessBuilder(
                keytool.toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost,ip:127.0.0.1",
                "-validity",
                "30",
                "-alias",
                ALIAS,
                "-storetype",
                "PKCS12",
                "-storepass",
                password,
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .start();
    try {
      // What it tells of its success is of no interest to anybody.
      String told = new String(process.getInputStream().readAllBytes(), Charset.defaultCharset());
      int status = process.waitFor();
      if (status != 0) {
        throw new IOException(keytool + ": ended with " + status + ": " + told.strip());
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException(keytool + ": interrupted", e);
    }
  }

  private static void pem(Path file, String what, byte[] der) throws IOException {
    String text = Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(der);
    Files.writeString(
        file, "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
    file.toFile().deleteOnExit();
  }

  /** The file of the certificate. */
  String certificate() {
    return certificate.toString();
  }

  /** The file of its key. */
  String key() {
    return key.toString();
  }
}
