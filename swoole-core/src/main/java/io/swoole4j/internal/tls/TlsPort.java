// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.tls;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import java.net.IDN;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The TLS of one port: the contexts that new handshakes are made with, which can be replaced while
 * connections made with earlier ones live on. Safe from any thread.
 */
public final class TlsPort {
  /** The name of the handler that speaks TLS, in every pipeline of such a port. */
  public static final String HANDLER = "swoole.tls";

  private static final String GATE = "swoole.tls.gate";

  private static final Pattern NAME = Pattern.compile("(\\*\\.)?[a-z0-9_-]+(\\.[a-z0-9_-]+)*");

  /**
   * The contexts that hold together: the port's, and those for certain names, with a number that
   * tells in which order the files were read.
   */
  private record Contexts(int number, TlsContext primary, Map<String, TlsContext> names) {
    static Contexts of(int number, TlsOptions options, Consumer<String> warnings) {
      return new Contexts(
          number,
          TlsContext.of(options, warnings),
          options.names().entrySet().stream()
              .collect(
                  Collectors.toMap(
                      entry -> asSent(entry.getKey()),
                      entry -> named(entry.getKey(), entry.getValue(), warnings),
                      (one, other) -> {
                        throw new IllegalStateException(
                            "ssl_sni_certs: "
                                + options.names().keySet()
                                + ": a name stands there twice (expected: once in any case)");
                      })));
    }

    /**
     * A name as clients send it: in ASCII (RFC 6066, section 3), and letter case does not count.
     */
    private static String asSent(String name) {
      String ascii = "";
      try {
        ascii = IDN.toASCII(name, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
      } catch (IllegalArgumentException e) {
        // Neither is one with a character that has no form in ASCII.
      }
      if (!NAME.matcher(ascii).matches()) {
        throw new IllegalStateException(
            "ssl_sni_certs: " + name + " (expected: a host name, or *. and a domain)");
      }
      return ascii;
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

  private final Supplier<String> name;
  private final TlsOptions options;
  private final long handshakeMillis;
  private final Logger logger;
  private final AtomicInteger readings = new AtomicInteger();
  private final AtomicReference<Contexts> contexts;

  /**
   * Reads and checks everything.
   *
   * @param name what the port is called
   * @param options what was asked for
   * @param handshakeMillis how long a handshake may take as a whole
   * @param logger told of what has no effect, and of reloads
   * @throws IllegalStateException if something is wrong, naming the setting, the file and the
   *     reason
   */
  public TlsPort(Supplier<String> name, TlsOptions options, long handshakeMillis, Logger logger) {
    this.name = name;
    this.options = options;
    this.handshakeMillis = handshakeMillis;
    this.logger = logger;
    this.contexts = new AtomicReference<>(read());
  }

  /**
   * Reads all files again.
   *
   * @return what puts them in force for handshakes that begin later
   * @throws IllegalStateException if something is wrong; nothing has changed then
   */
  public Runnable reload() {
    Contexts renewed;
    try {
      renewed = read();
    } catch (IllegalStateException e) {
      throw new IllegalStateException(name.get() + ": " + e.getMessage(), e);
    }
    return () -> {
      // Of two reloads at a time the one that began to read later wins, whichever ends first.
      contexts.accumulateAndGet(
          renewed, (now, given) -> now.number() < given.number() ? given : now);
      logger.info("{}: certificates reloaded", name.get());
    };
  }

  private Contexts read() {
    return Contexts.of(readings.getAndIncrement(), options, logger::warn);
  }

  /**
   * Puts TLS into the pipeline of a connection that was just accepted. On its event loop.
   *
   * @param pipeline a pipeline to whose end it is put
   * @param listener told of the end of the handshake; adds the other handlers
   */
  public void install(ChannelPipeline pipeline, HandshakeListener listener) {
    Contexts now = contexts.get();
    ChannelHandler first =
        now.names().isEmpty()
            ? now.primary().newHandler(pipeline.channel().alloc())
            : new NameSelector(now::of);
    pipeline.addLast(HANDLER, first);
    pipeline.addLast(GATE, new HandshakeGate(listener, handshakeMillis));
  }
}
