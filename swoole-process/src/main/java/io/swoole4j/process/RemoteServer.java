// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import io.swoole4j.internal.process.ChildContext;
import io.swoole4j.internal.process.Frames;
import io.swoole4j.server.ClientInfo;
import io.swoole4j.spi.ServerHandle;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The server of the parent as its child sees it: every call goes there and waits for the answer.
 * {@link ServerCalls} is the other side. Any thread.
 */
final class RemoteServer implements ServerHandle {
  /** How long the server may take for an answer; none of its calls waits longer than a second. */
  private static final long ANSWER_SECONDS = 60;

  private static @Nullable RemoteServer instance;

  private final ChildContext context;
  private final AtomicInteger lastNumber = new AtomicInteger();
  private final Map<Integer, CompletableFuture<byte[]>> waiting = new ConcurrentHashMap<>();

  private RemoteServer(ChildContext context) {
    this.context = context;
    context.listen(this::received);
  }

  /** That of this JVM. */
  static synchronized RemoteServer of(ChildContext context) {
    RemoteServer server = instance;
    if (server == null) {
      server = new RemoteServer(context);
      instance = server;
    }
    return server;
  }

  private void received(Frames.Frame frame) {
    if (frame.type() == Frames.ANSWER) {
      CompletableFuture<byte[]> caller = waiting.remove(frame.number());
      if (caller != null) {
        caller.complete(frame.payload());
      }
    }
  }

  /** Writes arguments. */
  @FunctionalInterface
  private interface Arguments {
    void write(DataOutputStream out) throws IOException;
  }

  private DataInputStream call(byte call, Arguments arguments) {
    int number = lastNumber.incrementAndGet();
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    waiting.put(number, answer);
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeByte(call);
      arguments.write(out);
      context.parent().write(Frames.CALL, number, bytes.toByteArray());
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(await(answer)));
      if (in.readByte() == ServerCalls.REFUSED) {
        throw new IllegalStateException(in.readUTF());
      }
      return in;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      waiting.remove(number);
    }
  }

  /** Nobody waits for a parent that is gone: this JVM ends with it. */
  private static byte[] await(CompletableFuture<byte[]> answer) {
    try {
      return answer.orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      throw new IllegalStateException("server: no answer in " + ANSWER_SECONDS + " s", e);
    }
  }

  /** Reads an answer. */
  @FunctionalInterface
  private interface Answer<R> {
    R read(DataInputStream in) throws IOException;
  }

  private <R> R call(byte call, Arguments arguments, Answer<R> answer) {
    try {
      return answer.read(call(call, arguments));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean send(long fd, byte[] data) {
    return call(
        ServerCalls.SEND,
        out -> {
          out.writeLong(fd);
          out.write(data);
        },
        DataInputStream::readBoolean);
  }

  @Override
  public boolean close(long fd) {
    return call(ServerCalls.CLOSE, out -> out.writeLong(fd), DataInputStream::readBoolean);
  }

  @Override
  public boolean exist(long fd) {
    return call(ServerCalls.EXIST, out -> out.writeLong(fd), DataInputStream::readBoolean);
  }

  @Override
  public Optional<ClientInfo> getClientInfo(long fd) {
    return call(
        ServerCalls.CLIENT_INFO,
        out -> out.writeLong(fd),
        in -> in.readBoolean() ? Optional.of(ClientInfoCodec.read(in)) : Optional.empty());
  }

  @Override
  public List<Long> getClientList(long startFd, int count) {
    return call(
        ServerCalls.CLIENT_LIST,
        out -> {
          out.writeLong(startFd);
          out.writeInt(count);
        },
        in -> {
          List<Long> list = new ArrayList<>();
          while (in.available() > 0) {
            list.add(in.readLong());
          }
          return List.copyOf(list);
        });
  }

  @Override
  public boolean sendMessage(Object message, int dstWorkerId) {
    return call(
        ServerCalls.SEND_MESSAGE,
        out -> {
          out.writeInt(dstWorkerId);
          try (ObjectOutputStream objects = new ObjectOutputStream(out)) {
            objects.writeObject(message);
          } catch (NotSerializableException e) {
            throw new IllegalArgumentException(
                "message: uses a " + e.getMessage() + " (expected: only what is Serializable)", e);
          }
        },
        DataInputStream::readBoolean);
  }

  @Override
  public Map<String, Object> stats() {
    return call(
        ServerCalls.STATS,
        out -> {},
        in -> {
          Map<String, Object> stats = new LinkedHashMap<>();
          try {
            ((Map<?, ?>) new ObjectInputStream(in).readObject())
                .forEach((key, value) -> stats.put((String) key, value));
          } catch (ClassNotFoundException e) {
            throw new IOException(e);
          }
          return stats;
        });
  }

  @Override
  public boolean reload(boolean onlyTaskWorkers) {
    return call(
        ServerCalls.RELOAD, out -> out.writeBoolean(onlyTaskWorkers), DataInputStream::readBoolean);
  }

  @Override
  public boolean shutdown() {
    return call(ServerCalls.SHUTDOWN, out -> {}, DataInputStream::readBoolean);
  }
}
