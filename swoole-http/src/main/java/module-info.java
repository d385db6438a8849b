// SPDX-License-Identifier: Apache-2.0
/** The HTTP server: requests and responses over HTTP/1 and HTTP/2. */
module io.swoole4j.http {
  requires static com.aayushatharva.brotli4j;
  requires static com.github.luben.zstd_jni;
  requires transitive io.swoole4j.core;
  requires static transitive org.jspecify;
}
