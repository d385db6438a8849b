// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.tls;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The encryption of {@code Proc-Type: 4,ENCRYPTED}, which OpenSSL wrote before version 3 and still
 * reads: the key is made of the passphrase and the first bytes of the initial vector by MD5.
 */
final class LegacyCipher {
  private static final int SALT = 8;

  /** How OpenSSL's name of a cipher is called here, and how long its key is. */
  private record Kind(String transformation, int keyLength) {}

  private static final Map<String, Kind> KINDS =
      Map.of(
          "AES-128-CBC", new Kind("AES/CBC/PKCS5Padding", 16),
          "AES-192-CBC", new Kind("AES/CBC/PKCS5Padding", 24),
          "AES-256-CBC", new Kind("AES/CBC/PKCS5Padding", 32),
          "DES-EDE3-CBC", new Kind("DESede/CBC/PKCS5Padding", 24),
          "DES-CBC", new Kind("DES/CBC/PKCS5Padding", 8));

  private LegacyCipher() {}

  /**
   * Whether a block is encrypted this way.
   *
   * @param block any block
   */
  static boolean encrypts(PemFile.Block block) {
    String type = block.headers().get("Proc-Type");
    return type != null && type.contains("ENCRYPTED");
  }

  /**
   * Decrypts a block.
   *
   * @throws GeneralSecurityException if the passphrase is wrong
   * @throws IllegalArgumentException if the cipher is unknown
   */
  static byte[] decrypt(PemFile.Block block, String passphrase) throws GeneralSecurityException {
    String info = block.headers().getOrDefault("DEK-Info", "");
    String[] parts = info.split(",", 2);
    @Nullable Kind kind = KINDS.get(parts[0]);
    if (kind == null || parts.length < 2) {
      throw new IllegalArgumentException("encrypted with " + info + ", which is not known here");
    }
    byte[] vector = HexFormat.of().parseHex(parts[1].strip());
    byte[] key = key(passphrase.getBytes(UTF_8), Arrays.copyOf(vector, SALT), kind.keyLength());
    String algorithm = kind.transformation().substring(0, kind.transformation().indexOf('/'));
    Cipher cipher = Cipher.getInstance(kind.transformation());
    cipher.init(
        Cipher.DECRYPT_MODE, new SecretKeySpec(key, algorithm), new IvParameterSpec(vector));
    return cipher.doFinal(block.bytes());
  }

  private static byte[] key(byte[] passphrase, byte[] salt, int length)
      throws GeneralSecurityException {
    MessageDigest md5 = MessageDigest.getInstance("MD5");
    byte[] key = new byte[length];
    byte[] digest = new byte[0];
    for (int filled = 0; filled < length; filled += digest.length) {
      md5.update(digest);
      md5.update(passphrase);
      digest = md5.digest(salt);
      System.arraycopy(digest, 0, key, filled, Math.min(digest.length, length - filled));
    }
    return key;
  }
}
