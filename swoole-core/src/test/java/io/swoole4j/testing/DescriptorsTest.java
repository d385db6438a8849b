// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.channels.Selector;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DescriptorsTest {

  @Test
  void tellsWhichSocketsAndSelectorsAreStillOpen() throws IOException {
    Descriptors before = Descriptors.snapshot();

    try (ServerSocket socket = new ServerSocket(0);
        Selector selector = Selector.open()) {
      assertThat(socket.isBound() && selector.isOpen()).isTrue();
      assertThat(Descriptors.count()).isGreaterThanOrEqualTo(2);
      assertThat(before.openedSince()).hasSizeGreaterThanOrEqualTo(2);
      assertThat(before.openedSince())
          .anyMatch(target -> target.startsWith("socket:["))
          .anyMatch(target -> target.equals("anon_inode:[eventpoll]"));
      assertThatThrownBy(() -> before.awaitNothingOpenedSince(Duration.ofMillis(50)))
          .hasMessageContaining("socket:[");
    }

    before.awaitNothingOpenedSince();
  }
}
