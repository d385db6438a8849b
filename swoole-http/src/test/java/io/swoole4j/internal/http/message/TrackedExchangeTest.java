// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelPipeline;
import io.swoole4j.spi.PortProtocol;
import io.swoole4j.spi.http.UpgradedConnection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a connection becomes is known before the client can see it. */
class TrackedExchangeTest {
  private static final String BEFORE = "http";

  private final UpgradedConnection other =
      new UpgradedConnection() {
        @Override
        public void install(ChannelPipeline pipeline, String slot) {}

        @Override
        public void lost() {}

        @Override
        public void goodbye() {}
      };

  private Object attached = BEFORE;
  private final PortProtocol.Session session = SessionStub.of(this::call);

  private @Nullable Object call(String method, Object @Nullable [] arguments) {
    if (method.equals("attach") && arguments != null) {
      attached = arguments[0];
      return null;
    }
    return Optional.of(attached);
  }

  @Test
  void isAttachedWhenTheAnswerIsQueued() {
    boolean begun =
        TrackedExchange.begin(
            session,
            other,
            () -> {
              assertThat(attached).isSameAs(other);
              return true;
            });

    assertThat(begun).isTrue();
    assertThat(attached).isSameAs(other);
  }

  @Test
  void isNotAttachedAnyMoreWhenTheAnswerIsNot() {
    assertThat(TrackedExchange.begin(session, other, () -> false)).isFalse();
    assertThat(attached).isEqualTo(BEFORE);
  }
}
