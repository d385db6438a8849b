// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import io.swoole4j.internal.process.ChildBody;
import io.swoole4j.internal.process.ChildContext;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serial;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * A callback that is a class or a {@link PlainLambda}, as it travels to the child. Used by the
 * thread that starts the child, and by the child's main thread.
 */
final class PlainBody implements ChildBody {
  @Serial private static final long serialVersionUID = 1L;

  private static final byte CLASS = 0;
  private static final byte LAMBDA = 1;

  private final SwooleProcess.Callback callback;

  /** In the child, which has read the name of this class already. */
  PlainBody(DataInputStream in) throws Throwable {
    callback =
        in.readByte() == CLASS
            ? new NamedCallback(
                Class.forName(in.readUTF()).asSubclass(SwooleProcess.Callback.class))
            : (SwooleProcess.Callback) PlainLambda.read(in);
  }

  @Override
  public void run(ChildContext context) throws Exception {
    ProcessBody.run(context, callback);
  }

  /** As the bytes of a body; empty for what is not that simple. */
  static Optional<byte[]> encode(SwooleProcess.Callback callback) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeByte(PLAIN);
      out.writeUTF(PlainBody.class.getName());
      if (callback instanceof NamedCallback named) {
        out.writeByte(CLASS);
        out.writeUTF(named.type().getName());
        return Optional.of(bytes.toByteArray());
      }
      out.writeByte(LAMBDA);
      return PlainLambda.write(callback, out) ? Optional.of(bytes.toByteArray()) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
