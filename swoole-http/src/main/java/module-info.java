// SPDX-License-Identifier: Apache-2.0
/** The HTTP server: requests and responses over HTTP/1 and HTTP/2. */
module io.swoole4j.http {
  exports io.swoole4j.http;
  exports io.swoole4j.spi.http;

  requires static com.aayushatharva.brotli4j;
  requires static com.github.luben.zstd_jni;
  requires transitive io.swoole4j.core;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.codec.http;
  requires io.netty.codec.http2;
  requires io.netty.common;
  requires io.netty.handler;
  requires transitive io.netty.transport;
  requires org.slf4j;
  requires static transitive org.jspecify;

  uses io.swoole4j.spi.http.UpgradeProtocol;

  provides io.swoole4j.spi.PortProtocol with
      io.swoole4j.http.HttpProtocol;
}
