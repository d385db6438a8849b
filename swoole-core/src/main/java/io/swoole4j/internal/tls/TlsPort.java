// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.tls;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The TLS of one port: the contexts that new handshakes are made with, which can be replaced while
 * connections made with earlier ones live on. Safe from any thread.
 */
public final class TlsPort {
  /** The name of the handler that speaks TLS, in every pipeline of such a port. */
  public static final String HANDLER = "swoole.tls";

  private static final String GATE = "swoole.tls.gate";

  /** The contexts that hold together: the port's, and those for certain names. */
  private record Contexts(TlsContext primary, Map<String, TlsContext> names) {
    static Contexts of(TlsOptions options, Consumer<String> warnings) {
      return new Contexts(
          TlsContext.of(options, warnings),
          options.names().entrySet().stream()
              .collect(
                  Collectors.toMap(
                      entry -> entry.getKey().toLowerCase(Locale.ROOT),
                      entry -> named(entry.getKey(), entry.getValue(), warnings))));
    }

    private static TlsContext named(String name, TlsOptions options, Consumer<String> warnings) {
      try {
        return TlsContext.of(options, warnings);
      } catch (IllegalStateException e) {
        throw new IllegalStateException("ssl_sni_certs: " + name + ": " + e.getMessage(), e);
      }
    }

    /** A name of its own wins over one with a wildcard, which stands for one label. */
    TlsContext of(@Nullable String name) {
      if (name == null) {
        return primary;
      }
      TlsContext exact = names.get(name);
      if (exact != null) {
        return exact;
      }
      int dot = name.indexOf('.');
      return dot < 0 ? primary : names.getOrDefault("*" + name.substring(dot), primary);
    }
  }

  private final TlsOptions options;
  private final long handshakeMillis;
  private final Consumer<String> warnings;
  private volatile Contexts contexts;

  /**
   * Reads and checks everything.
   *
   * @param options what was asked for
   * @param handshakeMillis how long a handshake may take as a whole
   * @param warnings told of what has no effect
   * @throws IllegalStateException if something is wrong, naming the setting, the file and the
   *     reason
   */
  public TlsPort(TlsOptions options, long handshakeMillis, Consumer<String> warnings) {
    this.options = options;
    this.handshakeMillis = handshakeMillis;
    this.warnings = warnings;
    this.contexts = Contexts.of(options, warnings);
  }

  /**
   * Reads all files again.
   *
   * @return what puts them in force for handshakes that begin later
   * @throws IllegalStateException if something is wrong; nothing has changed then
   */
  public Runnable reload() {
    Contexts renewed = Contexts.of(options, warnings);
    return () -> contexts = renewed;
  }

  /**
   * Puts TLS into the pipeline of a connection that was just accepted. On its event loop.
   *
   * @param pipeline a pipeline to whose end it is put
   * @param listener told of the end of the handshake; adds the other handlers
   */
  public void install(ChannelPipeline pipeline, HandshakeListener listener) {
    Contexts now = contexts;
    ChannelHandler first =
        now.names().isEmpty()
            ? now.primary().newHandler(pipeline.channel().alloc())
            : new NameSelector(now::of);
    pipeline.addLast(HANDLER, first);
    pipeline.addLast(GATE, new HandshakeGate(listener, handshakeMillis));
  }
}
