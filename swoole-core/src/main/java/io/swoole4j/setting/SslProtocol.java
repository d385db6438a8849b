// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.setting;

/** The versions of TLS and its predecessors, as bits of {@code ssl_protocols}. */
public enum SslProtocol {
  /** 2; Swoole's {@code SWOOLE_SSL_SSLv2}. Offered by no provider any more. */
  SSLV2(1 << 1, "SSLv2"),
  /** 4; Swoole's {@code SWOOLE_SSL_SSLv3}. Offered by no provider any more. */
  SSLV3(1 << 2, "SSLv3"),
  /** 8; Swoole's {@code SWOOLE_SSL_TLSv1}. The JDK has it turned off. */
  TLSV1(1 << 3, "TLSv1"),
  /** 16; Swoole's {@code SWOOLE_SSL_TLSv1_1}. The JDK has it turned off. */
  TLSV1_1(1 << 4, "TLSv1.1"),
  /** 32; Swoole's {@code SWOOLE_SSL_TLSv1_2}. */
  TLSV1_2(1 << 5, "TLSv1.2"),
  /** 64; Swoole's {@code SWOOLE_SSL_TLSv1_3}. */
  TLSV1_3(1 << 6, "TLSv1.3"),
  /** 128; Swoole's {@code SWOOLE_SSL_DTLS}. Not offered here. */
  DTLS(1 << 7, "DTLS");

  private final int bit;
  private final String label;

  SslProtocol(int bit, String label) {
    this.bit = bit;
    this.label = label;
  }

  /**
   * Swoole's bit.
   *
   * @return a power of two
   */
  public int bit() {
    return bit;
  }

  /**
   * Its usual name.
   *
   * @return such as {@code TLSv1.2}
   */
  public String label() {
    return label;
  }
}
