// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.tls;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/** The curves of the setting {@code ssl_ecdh_curve}, by the names that Java has for them. */
final class Curves {
  /** OpenSSL's and other names, in lower case. */
  private static final Map<String, String> NAMES =
      Map.of(
          "prime256v1", "secp256r1",
          "p-256", "secp256r1",
          "secp256r1", "secp256r1",
          "p-384", "secp384r1",
          "secp384r1", "secp384r1",
          "p-521", "secp521r1",
          "secp521r1", "secp521r1",
          "x25519", "x25519",
          "x448", "x448");

  private Curves() {}

  /**
   * The curves of a setting.
   *
   * @param value names with colons between, or {@code auto}
   * @return empty for auto
   * @throws IllegalStateException if one is not known
   */
  static List<String> parse(String value) {
    List<String> curves = new ArrayList<>();
    if (value.isEmpty() || value.equals("auto")) {
      return curves;
    }
    for (String name : value.split(":", -1)) {
      String curve = NAMES.get(name.toLowerCase(Locale.ROOT));
      if (curve == null) {
        throw new IllegalStateException(
            "ssl_ecdh_curve: "
                + value
                + ": no curve "
                + name
                + " (expected: auto, or with colons between: "
                + String.join(", ", new TreeSet<>(NAMES.keySet()))
                + ")");
      }
      curves.add(curve);
    }
    return curves;
  }

  /** BoringSSL's names. */
  static String[] forOpenSsl(List<String> curves) {
    return curves.stream()
        .map(
            curve ->
                switch (curve) {
                  case "secp256r1" -> "P-256";
                  case "secp384r1" -> "P-384";
                  case "secp521r1" -> "P-521";
                  case "x25519" -> "X25519";
                  default ->
                      throw new IllegalStateException(
                          "ssl_ecdh_curve: " + curve + " (expected: one that BoringSSL has)");
                })
        .toArray(String[]::new);
  }

  /**
   * Whether engines of the JDK can be told, which they can since Java 20.
   *
   * @return true if {@link #apply} works
   */
  static boolean canBeApplied() {
    try {
      setter();
      return true;
    } catch (NoSuchMethodException e) {
      return false;
    }
  }

  /** Tells an engine of the JDK. */
  static void apply(SSLEngine engine, List<String> curves) {
    SSLParameters parameters = engine.getSSLParameters();
    try {
      setter().invoke(parameters, (Object) curves.toArray(String[]::new));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("ssl_ecdh_curve: " + curves + " cannot be set", e);
    }
    engine.setSSLParameters(parameters);
  }

  private static Method setter() throws NoSuchMethodException {
    return SSLParameters.class.getMethod("setNamedGroups", String[].class);
  }
}
