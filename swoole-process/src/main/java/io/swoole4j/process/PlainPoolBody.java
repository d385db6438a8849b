// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import io.swoole4j.internal.process.ChildBody;
import io.swoole4j.internal.process.ChildContext;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serial;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A worker of a pool whose handlers are each a {@link PlainLambda}, as it travels to its child.
 * Used by the thread that starts the child, and by the child's main thread.
 */
final class PlainPoolBody implements ChildBody {
  @Serial private static final long serialVersionUID = 1L;

  private final PoolBody body;

  /** In the child, which has read the name of this class already. */
  PlainPoolBody(DataInputStream in) throws Throwable {
    int workerId = in.readInt();
    body =
        new PoolBody(
            new PoolSpec(
                in.readInt(),
                IpcType.valueOf(in.readUTF()),
                in.readInt(),
                (PoolWorkerHandler) read(in),
                (PoolWorkerHandler) read(in),
                (PoolMessageHandler) read(in)),
            workerId);
  }

  @Override
  public void run(ChildContext context) throws Exception {
    body.run(context);
  }

  /** As the bytes of a body; empty if a handler is not that simple. */
  static Optional<byte[]> encode(PoolBody body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PoolSpec spec = body.spec();
    try {
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeByte(PLAIN);
      out.writeUTF(PlainPoolBody.class.getName());
      out.writeInt(body.workerId());
      out.writeInt(spec.workerNum());
      out.writeUTF(spec.ipc().name());
      out.writeInt(spec.maxPackageSize());
      boolean simple =
          write(spec.workerStart(), out)
              && write(spec.workerStop(), out)
              && write(spec.message(), out);
      return simple ? Optional.of(bytes.toByteArray()) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean write(@Nullable Serializable handler, DataOutputStream out)
      throws IOException {
    out.writeBoolean(handler != null);
    return handler == null || PlainLambda.write(handler, out);
  }

  private static @Nullable Object read(DataInputStream in) throws Throwable {
    return in.readBoolean() ? PlainLambda.read(in) : null;
  }
}
