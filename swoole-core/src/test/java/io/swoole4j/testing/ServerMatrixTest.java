// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.netty.channel.epoll.Epoll;
import io.swoole4j.server.ServerMode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;

class ServerMatrixTest {

  private static final List<ServerVariant> SEEN = new ArrayList<>();

  @Test
  void coversBothModesOnAllTransports() {
    List<ServerVariant> variants = ServerVariant.all();

    assertThat(variants).hasSize(Epoll.isAvailable() ? 4 : 2).doesNotHaveDuplicates();
    assertThat(variants).extracting(ServerVariant::mode).contains(ServerMode.values());
    assertThat(variants).extracting(ServerVariant::transport).contains("nio");
  }

  @Test
  void runsTestOnceForEachVariantThatItAsksFor() {
    assertThat(variantsSeenBy(Everything.class))
        .containsExactlyInAnyOrderElementsOf(ServerVariant.all());
    assertThat(variantsSeenBy(OneMode.class))
        .extracting(ServerVariant::mode)
        .isNotEmpty()
        .containsOnly(ServerMode.PROCESS);
    assertThat(variantsSeenBy(OneTransport.class))
        .containsExactlyInAnyOrder(
            new ServerVariant(ServerMode.BASE, "nio"),
            new ServerVariant(ServerMode.PROCESS, "nio"));
  }

  @ServerMatrix
  void makesServerOfThatVariant(ServerVariant variant) {
    assertThat(variant.newServer().mode()).isEqualTo(variant.mode());
    assertThat(variant.newServer().setting()).containsEntry("transport", variant.transport());
    assertThat(variant).hasToString(variant.mode() + " " + variant.transport());
  }

  private static List<ServerVariant> variantsSeenBy(Class<?> testClass) {
    SEEN.clear();
    EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(testClass))
        .execute()
        .testEvents()
        .assertStatistics(statistics -> statistics.failed(0));
    return List.copyOf(SEEN);
  }

  static class Everything {

    @ServerMatrix
    void runs(ServerVariant variant) {
      SEEN.add(variant);
    }
  }

  static class OneMode {

    @ServerMatrix(modes = ServerMode.PROCESS)
    void runs(ServerVariant variant) {
      SEEN.add(variant);
    }
  }

  static class OneTransport {

    @ServerMatrix(transports = "nio")
    void runs(ServerVariant variant) {
      SEEN.add(variant);
    }
  }
}
