// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.tls;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the client's first message and makes way for a handler with the certificate of the name
 * that it asks for. Owned by the connection's event loop.
 */
final class NameSelector extends AbstractSniHandler<TlsContext> {
  /** Far more than clients send, and what one that never finishes can make us hold. */
  private static final int MAX_CLIENT_HELLO = 64 * 1024;

  private final Function<@Nullable String, TlsContext> contexts;

  NameSelector(Function<@Nullable String, TlsContext> contexts) {
    super(MAX_CLIENT_HELLO, 0);
    this.contexts = contexts;
  }

  @Override
  protected Future<TlsContext> lookup(ChannelHandlerContext context, @Nullable String name) {
    return context.executor().newSucceededFuture(contexts.apply(name));
  }

  @Override
  protected void onLookupComplete(
      ChannelHandlerContext context, @Nullable String name, Future<TlsContext> found) {
    context.pipeline().replace(this, TlsPort.HANDLER, found.getNow().newHandler(context.alloc()));
  }
}
