// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import io.swoole4j.error.ErrorCode;
import io.swoole4j.server.ClientInfo;
import io.swoole4j.server.WorkerStatus;
import io.swoole4j.spi.ServerHandle;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The calls of a server that a child can make, as the server's JVM answers them: arguments in,
 * result out. {@link RemoteServer} writes the first and reads the second.
 */
enum ServerCall {
  SEND(
      Waiting.FOR_ROOM,
      (server, in, out) -> bool(server.send(in.readLong(), in.readAllBytes()), out)),
  SENDWAIT(
      Waiting.FOR_OTHERS,
      (server, in, out) -> bool(server.sendwait(in.readLong(), in.readAllBytes()), out)),
  SENDFILE(
      (server, in, out) ->
          bool(server.sendfile(in.readLong(), in.readUTF(), in.readLong(), in.readLong()), out)),
  SENDTO(
      (server, in, out) -> {
        String address = in.readUTF();
        int port = in.readInt();
        int serverSocket = in.readInt();
        return bool(server.sendto(address, port, in.readAllBytes(), serverSocket), out);
      }),
  CLOSE((server, in, out) -> bool(server.close(in.readLong(), in.readBoolean()), out)),
  PAUSE((server, in, out) -> bool(server.pause(in.readLong()), out)),
  RESUME((server, in, out) -> bool(server.resume(in.readLong()), out)),
  CONFIRM((server, in, out) -> bool(server.confirm(in.readLong()), out)),
  PROTECT((server, in, out) -> bool(server.protect(in.readLong(), in.readBoolean()), out)),
  BIND((server, in, out) -> bool(server.bind(in.readLong(), in.readLong()), out)),
  HEARTBEAT(
      (server, in, out) -> {
        List<Long> silent = server.heartbeat(in.readBoolean());
        ids(silent, out);
        return !silent.isEmpty() || server.getLastError() != ErrorCode.WRONG_OPERATION.code();
      }),
  EXIST(
      (server, in, out) -> {
        out.writeBoolean(server.exist(in.readLong()));
        return true;
      }),
  CLIENT_INFO(
      (server, in, out) -> {
        Optional<ClientInfo> info = server.getClientInfo(in.readLong());
        out.writeBoolean(info.isPresent());
        if (info.isPresent()) {
          ClientInfoCodec.write(info.get(), out);
        }
        return true;
      }),
  CLIENT_LIST(
      (server, in, out) -> {
        ids(server.getClientList(in.readLong(), in.readInt()), out);
        return true;
      }),
  TASK(
      Waiting.FOR_ROOM,
      (server, in, out) -> {
        int destination = in.readInt();
        long id = server.task(in.object(), destination);
        out.writeLong(id);
        return id >= 0;
      }),
  TASKWAIT(
      Waiting.FOR_OTHERS,
      (server, in, out) -> {
        double seconds = in.readDouble();
        int destination = in.readInt();
        Optional<Object> result = server.taskwait(in.object(), seconds, destination);
        out.writeBoolean(result.isPresent());
        if (result.isPresent()) {
          object(result.get(), out);
        }
        return result.isPresent();
      }),
  TASK_WAIT_MULTI(
      Waiting.FOR_OTHERS,
      (server, in, out) -> {
        double seconds = in.readDouble();
        List<?> tasks = (List<?>) in.object();
        Map<Integer, Object> results = server.taskWaitMulti(tasks, seconds);
        object(new LinkedHashMap<>(results), out);
        return results.size() == tasks.size();
      }),
  SEND_MESSAGE(
      Waiting.FOR_ROOM,
      (server, in, out) -> {
        int workerId = in.readInt();
        return bool(server.sendMessage(in.object(), workerId), out);
      }),
  STATS(
      (server, in, out) -> {
        object(new LinkedHashMap<>(server.stats()), out);
        return true;
      }),
  SETTING(
      (server, in, out) -> {
        object(travelling(server.setting()), out);
        return true;
      }),
  MASTER_PID(
      (server, in, out) -> {
        out.writeLong(server.masterPid());
        return true;
      }),
  MANAGER_PID(
      (server, in, out) -> {
        out.writeLong(server.managerPid());
        return true;
      }),
  WORKER_ID(
      (server, in, out) -> {
        out.writeInt(server.getWorkerId());
        return true;
      }),
  WORKER_PID(
      (server, in, out) -> {
        long pid = server.getWorkerPid(in.readInt());
        out.writeLong(pid);
        return pid != 0;
      }),
  WORKER_STATUS(
      (server, in, out) -> {
        Optional<WorkerStatus> status = server.getWorkerStatus(in.readInt());
        out.writeUTF(status.map(WorkerStatus::name).orElse(""));
        return status.isPresent();
      }),
  RELOAD((server, in, out) -> bool(server.reload(in.readBoolean()), out)),
  STOP((server, in, out) -> bool(server.stop(in.readInt()), out)),
  SHUTDOWN((server, in, out) -> bool(server.shutdown(), out));

  /** Reads the arguments, calls, writes the result. */
  @FunctionalInterface
  interface Run {
    /** False if the server has noted why not. */
    boolean run(ServerHandle server, CallInput in, DataOutputStream out)
        throws IOException, ClassNotFoundException;
  }

  /** What a call may wait for, holding up what comes behind it. */
  enum Waiting {
    /** It does not. */
    FOR_NOTHING,

    /** Room for what it hands over: seconds, and rarely; such calls are made in their order. */
    FOR_ROOM,

    /** What others do, as long as its caller likes. */
    FOR_OTHERS
  }

  private final Waiting waiting;

  @SuppressWarnings("ImmutableEnumChecker") // lambdas that capture nothing
  private final Run run;

  ServerCall(Run run) {
    this(Waiting.FOR_NOTHING, run);
  }

  ServerCall(Waiting waiting, Run run) {
    this.waiting = waiting;
    this.run = run;
  }

  /** What it may wait for. */
  Waiting waiting() {
    return waiting;
  }

  /** Calls; answers false if the server has noted why not. */
  boolean run(ServerHandle server, CallInput in, DataOutputStream out)
      throws IOException, ClassNotFoundException {
    return run.run(server, in, out);
  }

  private static boolean bool(boolean result, DataOutputStream out) throws IOException {
    out.writeBoolean(result);
    return result;
  }

  private static void ids(List<Long> ids, DataOutputStream out) throws IOException {
    for (long id : ids) {
      out.writeLong(id);
    }
  }

  private static void object(Object object, DataOutputStream out) throws IOException {
    ObjectOutputStream objects = new ObjectOutputStream(out);
    objects.writeObject(object);
    objects.flush();
  }

  /** Settings may be functions, which stay where they are. */
  private static Map<String, Object> travelling(Map<String, Object> setting) {
    Map<String, Object> copy = new LinkedHashMap<>();
    setting.forEach((name, value) -> copy.put(name, travelling(value)));
    return copy;
  }

  private static Object travelling(Object value) {
    if (value instanceof Collection<?> several) {
      List<Object> copy = new ArrayList<>();
      several.forEach(one -> copy.add(travelling(one)));
      return copy;
    }
    boolean plain = value instanceof Number || value instanceof Boolean;
    return plain ? value : String.valueOf(value);
  }
}
