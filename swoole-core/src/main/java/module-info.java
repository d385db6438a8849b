// SPDX-License-Identifier: Apache-2.0
/** The TCP and UDP server: reactors, framing, dispatch, workers, settings and events. */
module io.swoole4j.core {
  exports io.swoole4j;
  exports io.swoole4j.error;
  exports io.swoole4j.server;
  exports io.swoole4j.setting;
  exports io.swoole4j.spi;
  exports io.swoole4j.timer;

  requires transitive io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.codec.haproxy;
  requires io.netty.common;
  requires io.netty.handler;
  requires transitive io.netty.transport;
  requires io.netty.transport.classes.epoll;
  requires io.netty.transport.classes.kqueue;
  requires io.netty.transport.unix.common;
  requires jdk.net;
  requires jdk.unsupported;
  requires transitive org.slf4j;
  requires static transitive org.jspecify;

  uses io.swoole4j.spi.Affinity;
  uses io.swoole4j.spi.Daemon;
  uses io.swoole4j.spi.PortProtocol;
  uses io.swoole4j.spi.Privileges;
  uses io.swoole4j.spi.TaskQueueFactory;
}
