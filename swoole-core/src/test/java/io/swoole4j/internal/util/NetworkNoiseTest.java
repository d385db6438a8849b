// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.util;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Errors;
import io.netty.handler.codec.DecoderException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NetworkNoiseTest {

  static Stream<Throwable> noise() {
    return Stream.of(
        new ClosedChannelException(),
        new SocketException("Connection reset"),
        new ConnectException("Connection refused"),
        new IOException("Connection reset by peer"),
        new IOException("Broken pipe"),
        new IOException("Connection timed out"),
        new IOException("No route to host"),
        new DecoderException(new IOException("Connection reset by peer")),
        new DecoderException(new SSLException("bad record MAC")),
        new RuntimeException(new RuntimeException(new ClosedChannelException())));
  }

  static Stream<Throwable> failures() {
    return Stream.of(
        new IllegalStateException("handler"),
        new NullPointerException(),
        new OutOfMemoryError("heap"),
        new FileNotFoundException("reset.html"),
        new UncheckedIOException(new FileNotFoundException("reset.html")),
        new IOException("No space left on device"),
        new IOException((String) null),
        new DecoderException("frame"));
  }

  @ParameterizedTest
  @MethodSource("noise")
  void expectsWhatThePeerOrTheNetworkExplains(Throwable cause) {
    assertThat(NetworkNoise.isExpected(cause)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("failures")
  void doesNotExpectWhatSomebodyHereHasToActOn(Throwable cause) {
    assertThat(NetworkNoise.isExpected(cause)).isFalse();
  }

  @Test
  void expectsErrorsOfNativeSockets() {
    assumeTrue(Epoll.isAvailable());

    Throwable cause =
        new Errors.NativeIoException("recvAddress", Errors.ERRNO_ECONNRESET_NEGATIVE, false);

    assertThat(NetworkNoise.isExpected(cause)).isTrue();
  }

  @Test
  void expectsNothingWhereNothingWasThrown() {
    assertThat(NetworkNoise.isExpected(null)).isFalse();
  }

  @Test
  void endsOnCausesThatGoRoundInACircle() {
    RuntimeException first = new RuntimeException("first");
    first.initCause(new RuntimeException("second", first));

    assertThat(NetworkNoise.isExpected(first)).isFalse();
  }
}
