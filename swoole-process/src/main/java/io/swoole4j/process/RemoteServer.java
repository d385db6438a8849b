// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import io.swoole4j.internal.process.ChildContext;
import io.swoole4j.internal.process.Frames;
import io.swoole4j.server.ClientInfo;
import io.swoole4j.server.WorkerStatus;
import io.swoole4j.setting.Settings;
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
import java.util.Locale;
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
  /** How long the server may take for an answer, beyond the time that the caller gives it. */
  private static final double ANSWER_SECONDS = 60;

  private static @Nullable RemoteServer instance;

  private final ChildContext context;
  private final AtomicInteger lastNumber = new AtomicInteger();
  private final Map<Integer, CompletableFuture<byte[]>> waiting = new ConcurrentHashMap<>();
  private final ThreadLocal<Integer> lastError = ThreadLocal.withInitial(() -> 0);

  /** Below 0 while it is not known. */
  private volatile double sendSeconds = -1;

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

  /** Reads a result. */
  @FunctionalInterface
  private interface Result<R> {
    R read(DataInputStream in) throws IOException;
  }

  private <R> R call(ServerCall call, Arguments arguments, Result<R> result) {
    return call(call, 0, arguments, result);
  }

  private <R> R call(ServerCall call, double seconds, Arguments arguments, Result<R> result) {
    int number = lastNumber.incrementAndGet();
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    waiting.put(number, answer);
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeUTF(call.name());
      arguments.write(out);
      if (bytes.size() > Frames.MAX_BYTES) {
        throw new IllegalArgumentException(
            call.name().toLowerCase(Locale.ROOT)
                + ": "
                + bytes.size()
                + " bytes (expected: up to "
                + Frames.MAX_BYTES
                + ')');
      }
      context.parent().write(Frames.CALL, number, bytes.toByteArray());
      byte[] answered = await(answer, ANSWER_SECONDS + (seconds > 0 ? seconds : 0));
      return read(new DataInputStream(new ByteArrayInputStream(answered)), result);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      waiting.remove(number);
    }
  }

  /** Nobody waits for a parent that is gone: this JVM ends with it. */
  private static byte[] await(CompletableFuture<byte[]> answer, double seconds) {
    try {
      return answer.orTimeout((long) (seconds * 1000), TimeUnit.MILLISECONDS).join();
    } catch (CompletionException e) {
      throw new IllegalStateException("server: no answer in " + seconds + " s", e);
    }
  }

  private <R> R read(DataInputStream in, Result<R> result) throws IOException {
    byte kind = in.readByte();
    if (kind == ServerCalls.WRONG_ARGUMENT) {
      throw new IllegalArgumentException(in.readUTF());
    }
    if (kind == ServerCalls.REFUSED) {
      throw new IllegalStateException(in.readUTF());
    }
    int failure = in.readInt();
    if (failure != 0) {
      lastError.set(failure);
    }
    return result.read(in);
  }

  private static void write(String name, Object object, DataOutputStream out) throws IOException {
    try (ObjectOutputStream objects = new ObjectOutputStream(out)) {
      objects.writeObject(object);
    } catch (NotSerializableException e) {
      throw new IllegalArgumentException(
          name + ": uses a " + e.getMessage() + " (expected: only what is Serializable)", e);
    }
  }

  private static Object object(DataInputStream in) throws IOException {
    try {
      return new ObjectInputStream(in).readObject();
    } catch (ClassNotFoundException e) {
      throw new IOException(e);
    }
  }

  private static Map<String, Object> named(DataInputStream in) throws IOException {
    Map<String, Object> named = new LinkedHashMap<>();
    ((Map<?, ?>) object(in)).forEach((key, value) -> named.put((String) key, value));
    return named;
  }

  private static List<Long> ids(DataInputStream in) throws IOException {
    List<Long> list = new ArrayList<>();
    while (in.available() > 0) {
      list.add(in.readLong());
    }
    return List.copyOf(list);
  }

  @Override
  public boolean send(long fd, byte[] data) {
    return send(ServerCall.SEND, fd, data);
  }

  @Override
  public boolean sendwait(long fd, byte[] data) {
    return send(ServerCall.SENDWAIT, fd, data);
  }

  private boolean send(ServerCall call, long fd, byte[] data) {
    return call(call, sendSeconds(), out -> fdAndData(fd, data, out), DataInputStream::readBoolean);
  }

  /** How long the server lets a sender wait; asked for once, settings stay as they are. */
  private double sendSeconds() {
    double seconds = sendSeconds;
    if (seconds < 0) {
      Object set = setting().get(Settings.SEND_TIMEOUT.name());
      seconds =
          set instanceof Number number
              ? number.doubleValue()
              : Settings.SEND_TIMEOUT.defaultValue().orElseThrow();
      sendSeconds = seconds;
    }
    return seconds;
  }

  private static void fdAndData(long fd, byte[] data, DataOutputStream out) throws IOException {
    out.writeLong(fd);
    out.write(data);
  }

  @Override
  public boolean sendfile(long fd, String file, long offset, long length) {
    return call(
        ServerCall.SENDFILE,
        out -> {
          out.writeLong(fd);
          out.writeUTF(file);
          out.writeLong(offset);
          out.writeLong(length);
        },
        DataInputStream::readBoolean);
  }

  @Override
  public boolean sendto(String address, int port, byte[] data, int serverSocket) {
    return call(
        ServerCall.SENDTO,
        out -> {
          out.writeUTF(address);
          out.writeInt(port);
          out.writeInt(serverSocket);
          out.write(data);
        },
        DataInputStream::readBoolean);
  }

  @Override
  public boolean close(long fd) {
    return close(fd, false);
  }

  @Override
  public boolean close(long fd, boolean reset) {
    return action(ServerCall.CLOSE, fd, reset);
  }

  @Override
  public boolean pause(long fd) {
    return action(ServerCall.PAUSE, fd);
  }

  @Override
  public boolean resume(long fd) {
    return action(ServerCall.RESUME, fd);
  }

  @Override
  public boolean confirm(long fd) {
    return action(ServerCall.CONFIRM, fd);
  }

  @Override
  public boolean protect(long fd, boolean exempt) {
    return action(ServerCall.PROTECT, fd, exempt);
  }

  @Override
  public boolean exist(long fd) {
    return action(ServerCall.EXIST, fd);
  }

  private boolean action(ServerCall call, long fd) {
    return call(call, out -> out.writeLong(fd), DataInputStream::readBoolean);
  }

  private boolean action(ServerCall call, long fd, boolean how) {
    return call(
        call,
        out -> {
          out.writeLong(fd);
          out.writeBoolean(how);
        },
        DataInputStream::readBoolean);
  }

  @Override
  public boolean bind(long fd, long uid) {
    return call(
        ServerCall.BIND,
        out -> {
          out.writeLong(fd);
          out.writeLong(uid);
        },
        DataInputStream::readBoolean);
  }

  @Override
  public List<Long> heartbeat(boolean closeConnections) {
    return call(ServerCall.HEARTBEAT, out -> out.writeBoolean(closeConnections), RemoteServer::ids);
  }

  @Override
  public Optional<ClientInfo> getClientInfo(long fd) {
    return call(
        ServerCall.CLIENT_INFO,
        out -> out.writeLong(fd),
        in -> in.readBoolean() ? Optional.of(ClientInfoCodec.read(in)) : Optional.empty());
  }

  @Override
  public List<Long> getClientList(long startFd, int count) {
    return call(
        ServerCall.CLIENT_LIST,
        out -> {
          out.writeLong(startFd);
          out.writeInt(count);
        },
        RemoteServer::ids);
  }

  @Override
  public long task(Object data, int dstWorkerId) {
    return call(
        ServerCall.TASK,
        out -> {
          out.writeInt(dstWorkerId);
          write("data", data, out);
        },
        DataInputStream::readLong);
  }

  @Override
  public Optional<Object> taskwait(Object data, double timeoutSeconds, int dstWorkerId) {
    return call(
        ServerCall.TASKWAIT,
        timeoutSeconds,
        out -> {
          out.writeDouble(timeoutSeconds);
          out.writeInt(dstWorkerId);
          write("data", data, out);
        },
        in -> in.readBoolean() ? Optional.of(object(in)) : Optional.empty());
  }

  @Override
  public Map<Integer, Object> taskWaitMulti(List<?> tasks, double timeoutSeconds) {
    return call(
        ServerCall.TASK_WAIT_MULTI,
        timeoutSeconds,
        out -> {
          out.writeDouble(timeoutSeconds);
          write("tasks", new ArrayList<>(tasks), out);
        },
        in -> {
          Map<Integer, Object> results = new LinkedHashMap<>();
          ((Map<?, ?>) object(in)).forEach((index, result) -> results.put((Integer) index, result));
          return results;
        });
  }

  @Override
  public boolean sendMessage(Object message, int dstWorkerId) {
    return call(
        ServerCall.SEND_MESSAGE,
        out -> {
          out.writeInt(dstWorkerId);
          write("message", message, out);
        },
        DataInputStream::readBoolean);
  }

  @Override
  public int getLastError() {
    return lastError.get();
  }

  @Override
  public Map<String, Object> stats() {
    return call(ServerCall.STATS, out -> {}, RemoteServer::named);
  }

  @Override
  public Map<String, Object> setting() {
    return call(ServerCall.SETTING, out -> {}, RemoteServer::named);
  }

  @Override
  public long masterPid() {
    return call(ServerCall.MASTER_PID, out -> {}, DataInputStream::readLong);
  }

  @Override
  public long managerPid() {
    return call(ServerCall.MANAGER_PID, out -> {}, DataInputStream::readLong);
  }

  @Override
  public int getWorkerId() {
    return call(ServerCall.WORKER_ID, out -> {}, DataInputStream::readInt);
  }

  @Override
  public long getWorkerPid(int workerId) {
    return workerId == -1
        ? ProcessHandle.current().pid()
        : call(ServerCall.WORKER_PID, out -> out.writeInt(workerId), DataInputStream::readLong);
  }

  @Override
  public Optional<WorkerStatus> getWorkerStatus(int workerId) {
    return call(
        ServerCall.WORKER_STATUS,
        out -> out.writeInt(workerId),
        in -> {
          String name = in.readUTF();
          return name.isEmpty() ? Optional.empty() : Optional.of(WorkerStatus.valueOf(name));
        });
  }

  @Override
  public boolean reload(boolean onlyTaskWorkers) {
    return call(
        ServerCall.RELOAD, out -> out.writeBoolean(onlyTaskWorkers), DataInputStream::readBoolean);
  }

  @Override
  public boolean stop(int workerId) {
    return call(ServerCall.STOP, out -> out.writeInt(workerId), DataInputStream::readBoolean);
  }

  @Override
  public boolean shutdown() {
    return call(ServerCall.SHUTDOWN, out -> {}, DataInputStream::readBoolean);
  }
}
