// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.tls;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.swoole4j.internal.tls.HandshakeListener.Failure;
import io.swoole4j.internal.util.NetworkNoise;
import java.nio.channels.ClosedChannelException;
import java.security.GeneralSecurityException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.crypto.BadPaddingException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a connection from existing for the rest of the server until its handshake is done, for
 * which there is one deadline as a whole. Owned by the connection's event loop.
 */
final class HandshakeGate extends ChannelInboundHandlerAdapter {
  private final HandshakeListener listener;
  private final long handshakeMillis;
  private @Nullable Future<?> deadline;
  private boolean done;

  HandshakeGate(HandshakeListener listener, long handshakeMillis) {
    this.listener = listener;
    this.handshakeMillis = handshakeMillis;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    deadline =
        context
            .executor()
            .schedule(
                () -> {
                  failed(context, Failure.TIMEOUT, new TimeoutException("handshake not finished"));
                  closeNow(context);
                },
                handshakeMillis,
                TimeUnit.MILLISECONDS);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    cancelDeadline();
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    // Comes later, when the handshake is done.
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ReferenceCountUtil.release(message);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent completion) {
      if (completion.isSuccess()) {
        succeeded(context, completion);
      } else {
        failed(context, completion.cause());
      }
    } else if (event instanceof ChannelInputShutdownEvent) {
      failed(context, new ClosedChannelException());
      closeNow(context);
    }
  }

  private void succeeded(ChannelHandlerContext context, SslHandshakeCompletionEvent completion) {
    done = true;
    cancelDeadline();
    SslHandler handler = (SslHandler) context.pipeline().get(TlsPort.HANDLER);
    if (RenegotiationGuard.isNeeded(handler.engine())) {
      context.pipeline().addLast(RenegotiationGuard.NAME, new RenegotiationGuard(handler));
    }
    listener.secured(context.channel(), new TlsSession(handler));
    context.fireChannelActive();
    context.fireUserEventTriggered(completion);
    context.pipeline().remove(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    failed(context, cause);
    context.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    failed(context, new ClosedChannelException());
  }

  private void failed(ChannelHandlerContext context, Throwable cause) {
    failed(context, kind(cause), cause);
  }

  private void failed(ChannelHandlerContext context, Failure failure, Throwable cause) {
    if (!done) {
      done = true;
      cancelDeadline();
      listener.failed(context.channel(), failure, cause);
    }
  }

  private static Failure kind(Throwable cause) {
    boolean tls = false;
    for (Throwable current = cause; current != null; current = current.getCause()) {
      if (current instanceof NotSslRecordException) {
        return Failure.NOT_TLS;
      }
      String message = String.valueOf(current.getMessage());
      // A record that does not decrypt is no certificate's fault.
      boolean refused =
          current instanceof GeneralSecurityException && !(current instanceof BadPaddingException);
      if (refused
          || message.contains("client certificate")
          || message.contains("PEER_DID_NOT_RETURN_A_CERTIFICATE")) {
        return Failure.CERTIFICATE;
      }
      tls |= current instanceof SSLException;
    }
    return !tls && NetworkNoise.isExpected(cause) ? Failure.GONE : Failure.PROTOCOL;
  }

  /** Past the TLS handler, which would wait for its last word to be taken. */
  private static void closeNow(ChannelHandlerContext context) {
    context.pipeline().firstContext().close();
  }

  private void cancelDeadline() {
    Future<?> waiting = deadline;
    deadline = null;
    if (waiting != null) {
      waiting.cancel(false);
    }
  }
}
