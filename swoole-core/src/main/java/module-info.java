// SPDX-License-Identifier: Apache-2.0
/** The TCP and UDP server: reactors, framing, dispatch, workers, settings and events. */
module io.swoole4j.core {
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
  requires io.netty.transport.classes.epoll;
  requires io.netty.transport.classes.kqueue;
  requires io.netty.transport.unix.common;
  requires jdk.unsupported;
  requires org.slf4j;
  requires static org.jspecify;
}
