// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/** Reads the private key of a PEM file in any of the forms in which PHP users have them. */
final class PrivateKeys {
  private static final String PBES2 = "1.2.840.113549.1.5.13";

  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS", "DSA");

  private PrivateKeys() {}

  /**
   * The first key of a file: PKCS#8, PKCS#1 or SEC1, encrypted or not.
   *
   * @param file the file
   * @param passphrase what it is encrypted with; empty if none was given
   * @throws IllegalStateException if there is none, or it cannot be decrypted or read
   */
  static PrivateKey read(PemFile file, String passphrase) {
    PemFile.Block block =
        find(file, "PRIVATE KEY")
            .orElseThrow(() -> file.failure("there is no PRIVATE KEY in it", null));
    try {
      return parse(plain(file, block, passphrase));
    } catch (IllegalArgumentException e) {
      throw file.failure("the private key cannot be read: " + e.getMessage(), e);
    }
  }

  private static Optional<PemFile.Block> find(PemFile file, String end) {
    return file.blocks().stream().filter(block -> block.label().endsWith(end)).findFirst();
  }

  private static byte[] plain(PemFile file, PemFile.Block block, String passphrase) {
    boolean pkcs8 = block.label().equals("ENCRYPTED PRIVATE KEY");
    byte[] bytes = block.bytes();
    if (pkcs8 || LegacyCipher.encrypts(block)) {
      if (passphrase.isEmpty()) {
        throw file.failure("the private key is encrypted (expected: ssl_passphrase)", null);
      }
      try {
        bytes = pkcs8 ? decrypt(bytes, passphrase) : LegacyCipher.decrypt(block, passphrase);
      } catch (GeneralSecurityException | IOException e) {
        throw file.failure(
            "the private key cannot be decrypted (expected: the right ssl_passphrase)", e);
      }
    }
    return switch (block.label()) {
      case "PRIVATE KEY", "ENCRYPTED PRIVATE KEY" -> bytes;
      case "RSA PRIVATE KEY" -> Der.pkcs8OfRsa(bytes);
      case "EC PRIVATE KEY" -> Der.pkcs8OfEc(bytes, curve(file));
      default -> throw new IllegalArgumentException(block.label() + " is not known here");
    };
  }

  private static byte @Nullable [] curve(PemFile file) {
    return find(file, "EC PARAMETERS").map(PemFile.Block::bytes).orElse(null);
  }

  private static byte[] decrypt(byte[] bytes, String passphrase)
      throws GeneralSecurityException, IOException {
    EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(bytes);
    // The name of this one says nothing; the JDK has a name for it together with its parameters.
    String algorithm =
        info.getAlgName().equals(PBES2) || info.getAlgName().equals("PBES2")
            ? info.getAlgParameters().toString()
            : info.getAlgName();
    Key key =
        SecretKeyFactory.getInstance(algorithm)
            .generateSecret(new PBEKeySpec(passphrase.toCharArray()));
    Cipher cipher = Cipher.getInstance(algorithm);
    cipher.init(Cipher.DECRYPT_MODE, key, info.getAlgParameters());
    return info.getKeySpec(cipher).getEncoded();
  }

  private static PrivateKey parse(byte[] pkcs8) {
    InvalidKeySpecException last = null;
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (InvalidKeySpecException e) {
        last = e;
      } catch (GeneralSecurityException e) {
        throw new IllegalArgumentException(algorithm + " is not known here", e);
      }
    }
    throw new IllegalArgumentException("neither RSA nor EC nor EdDSA, or broken", last);
  }
}
