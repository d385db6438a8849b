// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.OpenSsl;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.Certificates;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.TlsClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a protocol offers by ALPN, and what it is told of the client's choice. */
class ApplicationProtocolTest {

  /** Offers two names and tells each client which of them it has. */
  private static final class Naming extends BareProtocol {
    Naming() {
      super("naming");
    }

    @Override
    public Optional<PortSession> open(Port port) {
      return Optional.of(
          new PortSession() {
            @Override
            public List<String> applicationProtocols() {
              return List.of("second/2", "first/1");
            }

            @Override
            public void install(ChannelPipeline pipeline, String slot, Session session) {
              pipeline.addBefore(slot, "naming", new Telling(session));
            }
          });
    }
  }

  private static final class Telling extends ChannelInboundHandlerAdapter {
    private final PortProtocol.Session session;

    Telling(PortProtocol.Session session) {
      this.session = session;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      context.fireChannelActive();
      String name = session.applicationProtocol().orElse("none");
      session.write((session.isTls() + " " + name + "\n").getBytes(UTF_8));
    }
  }

  private static final class NamingServer extends Server {
    NamingServer(SocketType type) {
      super("127.0.0.1", 0, ServerMode.PROCESS, type, List.of(new Naming()));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "jdk; first/1,second/2; second/2",
        "jdk; other,first/1; first/1",
        "jdk; other; none",
        "jdk; ; none",
        "openssl; first/1,second/2; second/2",
        "openssl; other,first/1; first/1",
        "openssl; other; none",
        "openssl; ; none"
      })
  void isTheServersFavouriteOfThoseThatTheClientKnows(
      String provider, String offered, String agreed, @TempDir Path directory) {
    Assumptions.assumeTrue(
        provider.equals("jdk") || OpenSsl.isAvailable(), "no BoringSSL for this machine");
    Certificates certificates = Certificates.in(directory).authority("server");
    Server server =
        new NamingServer(SocketType.TCP.withSsl())
            .set(Settings.SSL_PROVIDER, provider)
            .set(Settings.SSL_CERT_FILE, certificates.crt("server").toString())
            .set(Settings.SSL_KEY_FILE, certificates.key("server").toString());
    String[] names = offered == null ? new String[0] : offered.split(",", -1);

    try (RunningServer running = RunningServer.start(server);
        TlsClient client =
            TlsClient.connect(running.port(), p -> p.setApplicationProtocols(names))) {
      String expected = "true " + agreed + "\n";
      assertThat(client.readText(expected.length())).isEqualTo(expected);
      assertThat(client.socket().getApplicationProtocol())
          .isEqualTo(agreed.equals("none") ? "" : agreed);
    }
  }
}
