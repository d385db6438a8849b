// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.string.StringDecoder;
import io.netty.handler.codec.string.StringEncoder;
import io.swoole4j.server.Event;
import io.swoole4j.server.EventHandler;
import io.swoole4j.server.Server;
import io.swoole4j.setting.Scope;
import io.swoole4j.setting.Setting;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Lines of text, as a third party would add them: settings, an event and Netty handlers of its own,
 * made of nothing but the public interfaces.
 */
public final class LineProtocol implements PortProtocol {

  /** A line that throws where there is no room for it. */
  static final String BAD = "bad";

  /** Whether a port speaks lines. */
  public static final Setting<Boolean> OPEN_LINE_PROTOCOL =
      Setting.bool("open_line_protocol", false, "Whether the port speaks lines of text")
          .withScope(Scope.PROTOCOL);

  /** The longest line; 13 makes no sense to anyone. */
  public static final Setting<Integer> LINE_MAX_LENGTH =
      Setting.size("line_max_length", 1, 1 << 20, 1 << 16, "Longest line").withScope(Scope.PORT);

  /** A line has arrived. */
  public static final Event<LineHandler> LINE =
      Event.of("line", LineHandler.class, Scope.PORT, "A line has arrived.");

  private static final String GOODBYE = "BYE";

  private final Consumer<String> dropped;

  /** Lines that are lost without notice when nobody can handle them any more. */
  public LineProtocol() {
    this(text -> {});
  }

  /** Lines of which {@code dropped} is told when they will not be handled. */
  LineProtocol(Consumer<String> dropped) {
    this.dropped = dropped;
  }

  /** Handles {@link #LINE}. */
  @FunctionalInterface
  public interface LineHandler extends EventHandler {
    /**
     * Called for each line.
     *
     * @param server the server
     * @param line where the line came from, and the way back
     * @param text the line without its end
     * @throws Exception anything
     */
    void onLine(Server server, Line line, String text) throws Exception;
  }

  /** The way back to the client of a line. */
  public static final class Line {
    private final Session session;

    Line(Session session) {
      this.session = session;
    }

    long fd() {
      return session.fd();
    }

    boolean reply(String text) {
      return session.write(text + "\n", text.length() + 1);
    }

    Session session() {
      return session;
    }
  }

  @Override
  public String name() {
    return "line";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(OPEN_LINE_PROTOCOL, LINE_MAX_LENGTH);
  }

  @Override
  public List<Event<?>> events() {
    return List.of(LINE);
  }

  @Override
  public Optional<PortSession> open(Port port) {
    if (!port.find(OPEN_LINE_PROTOCOL).orElseThrow()) {
      return Optional.empty();
    }
    int max = port.find(LINE_MAX_LENGTH).orElseThrow();
    if (max == 13) {
      throw new IllegalArgumentException("line_max_length: 13 (expected: anything else)");
    }
    return Optional.of(new Lines(max, dropped));
  }

  /** Installs the handlers; one object serves all connections of a port. */
  private record Lines(int maxLength, Consumer<String> dropped) implements PortSession {
    @Override
    public List<Event<?>> requiredEvents() {
      return List.of(LINE);
    }

    @Override
    public void install(ChannelPipeline pipeline, String slot, Session session) {
      pipeline
          .addBefore(slot, "line.frames", new LineBasedFrameDecoder(maxLength))
          .addBefore(slot, "line.decoder", new StringDecoder(UTF_8))
          .addBefore(slot, "line.encoder", new StringEncoder(UTF_8))
          .addBefore(slot, "line.delivery", new Delivery(session, dropped));
    }

    @Override
    public void goodbye(Session session) {
      session.write(GOODBYE + "\n", GOODBYE.length() + 1);
    }
  }

  /** Hands lines to workers. */
  private static final class Delivery extends SimpleChannelInboundHandler<String> {
    private final Session session;
    private final Line line;
    private final Consumer<String> dropped;

    Delivery(Session session, Consumer<String> dropped) {
      this.session = session;
      this.line = new Line(session);
      this.dropped = dropped;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, String text) {
      session.deliver(LINE, text.length(), new Call(line, text, dropped));
    }
  }

  /** One line on its way to its handler. */
  private record Call(Line line, String text, Consumer<String> whenDropped) implements Callback {
    @Override
    public void run(Server server, Handlers handlers) throws Exception {
      Optional<LineHandler> handler = handlers.find(LINE);
      if (handler.isPresent()) {
        handler.get().onLine(server, line, text);
      }
    }

    /** Some fail to be refused. */
    @Override
    public boolean refused() {
      if (text.equals(BAD)) {
        throw new IllegalStateException("refused " + text);
      }
      return false;
    }

    @Override
    public void dropped() {
      whenDropped.accept(text);
    }
  }
}
