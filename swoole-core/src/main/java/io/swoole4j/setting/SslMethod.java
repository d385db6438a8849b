// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.setting;

/**
 * Swoole's older way to choose the version of TLS: one version, or all with the methods named
 * SSLv23. A server takes the methods of clients for the same version as its own.
 */
public enum SslMethod {
  /** 0: every version that is offered. */
  SSLV23_METHOD(0),
  /** 1: SSLv3, which no provider offers any more. */
  SSLV3_METHOD(1),
  /** 2: as {@link #SSLV3_METHOD}. */
  SSLV3_SERVER_METHOD(2),
  /** 3: as {@link #SSLV3_METHOD}. */
  SSLV3_CLIENT_METHOD(3),
  /** 4: as {@link #SSLV23_METHOD}. */
  SSLV23_SERVER_METHOD(4),
  /** 5: as {@link #SSLV23_METHOD}. */
  SSLV23_CLIENT_METHOD(5),
  /** 6: TLS 1.0 only. */
  TLSV1_METHOD(6),
  /** 7: TLS 1.0 only. */
  TLSV1_SERVER_METHOD(7),
  /** 8: TLS 1.0 only. */
  TLSV1_CLIENT_METHOD(8),
  /** 9: TLS 1.1 only. */
  TLSV1_1_METHOD(9),
  /** 10: TLS 1.1 only. */
  TLSV1_1_SERVER_METHOD(10),
  /** 11: TLS 1.1 only. */
  TLSV1_1_CLIENT_METHOD(11),
  /** 12: TLS 1.2 only. */
  TLSV1_2_METHOD(12),
  /** 13: TLS 1.2 only. */
  TLSV1_2_SERVER_METHOD(13),
  /** 14: TLS 1.2 only. */
  TLSV1_2_CLIENT_METHOD(14),
  /** 15: DTLS, which is not offered here. */
  DTLS_CLIENT_METHOD(15),
  /** 16: DTLS, which is not offered here. */
  DTLS_SERVER_METHOD(16);

  private final int number;

  SslMethod(int number) {
    this.number = number;
  }

  /**
   * Swoole's number.
   *
   * @return 0 to 16
   */
  public int number() {
    return number;
  }

  /**
   * The one version it stands for, by its usual name.
   *
   * @return empty for all
   */
  public String protocol() {
    return switch (this) {
      case SSLV23_METHOD, SSLV23_SERVER_METHOD, SSLV23_CLIENT_METHOD -> "";
      case SSLV3_METHOD, SSLV3_SERVER_METHOD, SSLV3_CLIENT_METHOD -> "SSLv3";
      case TLSV1_METHOD, TLSV1_SERVER_METHOD, TLSV1_CLIENT_METHOD -> "TLSv1";
      case TLSV1_1_METHOD, TLSV1_1_SERVER_METHOD, TLSV1_1_CLIENT_METHOD -> "TLSv1.1";
      case TLSV1_2_METHOD, TLSV1_2_SERVER_METHOD, TLSV1_2_CLIENT_METHOD -> "TLSv1.2";
      case DTLS_CLIENT_METHOD, DTLS_SERVER_METHOD -> "DTLS";
    };
  }
}
