// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.error;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PortBindExceptionTest {

  @ParameterizedTest
  @CsvSource({
    "98, Address already in use",
    "98, bind(..) failed with error(-98): Address already in use",
    "98, bind(..) failed: Address already in use",
    "99, Cannot assign requested address",
    "99, Can't assign requested address",
    "13, Permission denied",
    "97, socket(..) failed with error(-97): Address family not supported by protocol",
    "22, bind(..) failed with error(-22): Invalid argument",
    "0, something else",
  })
  void derivesErrnoFromTheMessageOfTheCause(int errno, String message) {
    var exception = new PortBindException("127.0.0.1", 9501, new BindException(message));

    assertThat(exception.errno()).isEqualTo(errno);
  }

  @Test
  void derivesErrnoFromADeeperCause() {
    var deep = new BindException("Address already in use");
    var cause = new IllegalStateException("outer", new IOException(null, deep));

    var exception = new PortBindException("127.0.0.1", 9501, cause);

    assertThat(exception.errno()).isEqualTo(98);
    assertThat(exception).hasCause(cause);
  }

  @Test
  void survivesCausesThatFormACircle() {
    var first = new IllegalStateException("first");
    first.initCause(new IllegalStateException("second", first));

    assertThat(new PortBindException("h", 1, first).errno()).isZero();
  }

  @Test
  void namesHostPortAndReason() {
    var cause = new BindException("Permission denied");

    var exception = new PortBindException("127.0.0.1", 80, cause);

    assertThat(exception)
        .hasMessage("failed to listen on 127.0.0.1:80: Permission denied (errno 13)")
        .hasCause(cause);
    assertThat(exception.host()).isEqualTo("127.0.0.1");
    assertThat(exception.port()).isEqualTo(80);
  }

  @Test
  void putsAnIpv6HostInBrackets() {
    var exception = new PortBindException("::1", 80, new BindException("Address already in use"));

    assertThat(exception).hasMessageContaining("on [::1]:80:");
    assertThat(exception.host()).isEqualTo("::1");
  }

  @Test
  void describesAnUnknownReasonByTheCause() {
    assertThat(
            new PortBindException("nowhere.invalid", 1, new UnknownHostException("no such host")))
        .hasMessage("failed to listen on nowhere.invalid:1: no such host");
    assertThat(new PortBindException("h", 1, new IOException()))
        .hasMessage("failed to listen on h:1: java.io.IOException");
  }

  @Test
  void recognisesWhatThisMachineSaysAboutAPortInUse() throws IOException {
    try (ServerSocketChannel holder = ServerSocketChannel.open();
        ServerSocketChannel second = ServerSocketChannel.open()) {
      holder.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

      var cause =
          catchThrowableOfType(IOException.class, () -> second.bind(holder.getLocalAddress()));

      assertThat(new PortBindException("localhost", 1, requireNonNull(cause)).errno())
          .isEqualTo(98);
    }
  }

  @Test
  void recognisesWhatThisMachineSaysAboutAForeignAddress() throws IOException {
    try (ServerSocketChannel channel = ServerSocketChannel.open()) {
      // 192.0.2.0/24 is reserved for documentation, so no machine has it.
      var foreign = new InetSocketAddress("192.0.2.1", 0);

      var cause = catchThrowableOfType(IOException.class, () -> channel.bind(foreign));

      assertThat(new PortBindException("192.0.2.1", 0, requireNonNull(cause)).errno())
          .isEqualTo(99);
    }
  }
}
