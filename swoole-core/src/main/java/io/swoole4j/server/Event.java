// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.setting.Scope;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One kind of event: its name, the interface of its handlers and whether every port has its own.
 * The library's own are constants here; a protocol declares more with {@link #of}. Immutable.
 *
 * @param <H> the interface of its handlers
 */
public final class Event<H extends EventHandler> {
  private static final Pattern NAME = Pattern.compile("[a-z][a-zA-Z0-9]*");

  /** Every port is bound. */
  public static final Event<StartHandler> START =
      of("start", StartHandler.class, Scope.SERVER, "Every port is bound.");

  /** The manager begins. */
  public static final Event<ManagerStartHandler> MANAGER_START =
      of("managerStart", ManagerStartHandler.class, Scope.SERVER, "The manager begins.");

  /** A worker begins. */
  public static final Event<WorkerStartHandler> WORKER_START =
      of("workerStart", WorkerStartHandler.class, Scope.SERVER, "A worker begins.");

  /** A worker is to end and still has timers. */
  public static final Event<WorkerExitHandler> WORKER_EXIT =
      of(
          "workerExit",
          WorkerExitHandler.class,
          Scope.SERVER,
          "A worker is to end and still has timers.");

  /** A worker ends. */
  public static final Event<WorkerStopHandler> WORKER_STOP =
      of("workerStop", WorkerStopHandler.class, Scope.SERVER, "A worker ends.");

  /** The manager ends. */
  public static final Event<ManagerStopHandler> MANAGER_STOP =
      of("managerStop", ManagerStopHandler.class, Scope.SERVER, "The manager ends.");

  /** Workers are about to be renewed. */
  public static final Event<BeforeReloadHandler> BEFORE_RELOAD =
      of(
          "beforeReload",
          BeforeReloadHandler.class,
          Scope.SERVER,
          "Workers are about to be renewed.");

  /** Workers have been renewed. */
  public static final Event<AfterReloadHandler> AFTER_RELOAD =
      of("afterReload", AfterReloadHandler.class, Scope.SERVER, "Workers have been renewed.");

  /** The end was asked for. */
  public static final Event<BeforeShutdownHandler> BEFORE_SHUTDOWN =
      of("beforeShutdown", BeforeShutdownHandler.class, Scope.SERVER, "The end was asked for.");

  /** The server has ended. */
  public static final Event<ShutdownHandler> SHUTDOWN =
      of("shutdown", ShutdownHandler.class, Scope.SERVER, "The server has ended.");

  /** A worker died. */
  public static final Event<WorkerErrorHandler> WORKER_ERROR =
      of("workerError", WorkerErrorHandler.class, Scope.SERVER, "A worker died.");

  /** The same as {@link #WORKER_ERROR}, told by an object. The last one bound of the two holds. */
  public static final Event<WorkerErrorObjectHandler> WORKER_ERROR_OBJECT =
      of(
          "workerError",
          WorkerErrorObjectHandler.class,
          Scope.SERVER,
          "The same, told by an object.");

  /** A client has connected. */
  public static final Event<ConnectHandler> CONNECT =
      of("connect", ConnectHandler.class, Scope.PORT, "A client has connected.");

  /** A packet has arrived. */
  public static final Event<ReceiveHandler> RECEIVE =
      of("receive", ReceiveHandler.class, Scope.PORT, "A packet has arrived.");

  /** A datagram has arrived. */
  public static final Event<PacketHandler> PACKET =
      of("packet", PacketHandler.class, Scope.PORT, "A datagram has arrived.");

  /** A connection has ended. */
  public static final Event<CloseHandler> CLOSE =
      of("close", CloseHandler.class, Scope.PORT, "A connection has ended.");

  /** A task has come to a task worker. */
  public static final Event<TaskHandler> TASK =
      of("task", TaskHandler.class, Scope.SERVER, "A task has come to a task worker.");

  /** The same as {@link #TASK}, told by an object. The last one bound of the two holds. */
  public static final Event<TaskObjectHandler> TASK_OBJECT =
      of("task", TaskObjectHandler.class, Scope.SERVER, "The same, told by an object.");

  /** A task has a result. */
  public static final Event<FinishHandler> FINISH =
      of("finish", FinishHandler.class, Scope.SERVER, "A task has a result.");

  /** The same as {@link #FINISH}, told by an object. The last one bound of the two holds. */
  public static final Event<FinishObjectHandler> FINISH_OBJECT =
      of("finish", FinishObjectHandler.class, Scope.SERVER, "The same, told by an object.");

  /** The same as {@link #CONNECT}, told by an object. The last one bound of the two holds. */
  public static final Event<ConnectObjectHandler> CONNECT_OBJECT =
      of("connect", ConnectObjectHandler.class, Scope.PORT, "The same, told by an object.");

  /** The same as {@link #RECEIVE}, told by an object. The last one bound of the two holds. */
  public static final Event<ReceiveObjectHandler> RECEIVE_OBJECT =
      of("receive", ReceiveObjectHandler.class, Scope.PORT, "The same, told by an object.");

  /** The same as {@link #PACKET}, told by an object. The last one bound of the two holds. */
  public static final Event<PacketObjectHandler> PACKET_OBJECT =
      of("packet", PacketObjectHandler.class, Scope.PORT, "The same, told by an object.");

  /** The same as {@link #CLOSE}, told by an object. The last one bound of the two holds. */
  public static final Event<CloseObjectHandler> CLOSE_OBJECT =
      of("close", CloseObjectHandler.class, Scope.PORT, "The same, told by an object.");

  /** A message has come from another worker or a user process. */
  public static final Event<PipeMessageHandler> PIPE_MESSAGE =
      of("pipeMessage", PipeMessageHandler.class, Scope.SERVER, "A message has come to a worker.");

  /** The same as {@link #PIPE_MESSAGE}, told by an object. The last one bound of the two holds. */
  public static final Event<PipeMessageObjectHandler> PIPE_MESSAGE_OBJECT =
      of(
          "pipeMessage",
          PipeMessageObjectHandler.class,
          Scope.SERVER,
          "The same, told by an object.");

  /** The output of a connection is full. */
  public static final Event<BufferFullHandler> BUFFER_FULL =
      of("bufferFull", BufferFullHandler.class, Scope.PORT, "A connection's output is full.");

  /** The output of a connection that was full is empty again. */
  public static final Event<BufferEmptyHandler> BUFFER_EMPTY =
      of(
          "bufferEmpty",
          BufferEmptyHandler.class,
          Scope.PORT,
          "The output of a connection that was full is empty again.");

  /** A handler threw. */
  public static final Event<ErrorHandler> ERROR =
      of("error", ErrorHandler.class, Scope.SERVER, "A handler threw; not in Swoole.");

  /**
   * A timer or a deferred callback. Nothing can be bound to it: it is what {@link ErrorHandler}
   * gets when such a callback throws.
   */
  public static final Event<TickCallback> TIMER =
      of("timer", TickCallback.class, Scope.SERVER, "A timer is due; only reported to error.");

  private static final List<Event<?>> ALL =
      List.of(
          START,
          MANAGER_START,
          WORKER_START,
          WORKER_EXIT,
          WORKER_STOP,
          BEFORE_RELOAD,
          AFTER_RELOAD,
          MANAGER_STOP,
          BEFORE_SHUTDOWN,
          SHUTDOWN,
          WORKER_ERROR,
          WORKER_ERROR_OBJECT,
          CONNECT,
          CONNECT_OBJECT,
          RECEIVE,
          RECEIVE_OBJECT,
          PACKET,
          PACKET_OBJECT,
          CLOSE,
          CLOSE_OBJECT,
          TASK,
          TASK_OBJECT,
          FINISH,
          FINISH_OBJECT,
          PIPE_MESSAGE,
          PIPE_MESSAGE_OBJECT,
          BUFFER_FULL,
          BUFFER_EMPTY,
          ERROR);

  private final String name;
  private final Class<H> handlerType;
  private final Scope scope;
  private final String doc;

  private Event(String name, Class<H> handlerType, Scope scope, String doc) {
    this.name = name;
    this.handlerType = handlerType;
    this.scope = scope;
    this.doc = doc;
  }

  /**
   * Declares an event.
   *
   * @param <H> the interface of its handlers
   * @param name its name in camel case, without "on"
   * @param handlerType the interface of its handlers
   * @param scope whether every port may have its own handler
   * @param doc one line for people
   * @return the event
   * @throws IllegalArgumentException if the name is not one or the type is no interface
   */
  public static <H extends EventHandler> Event<H> of(
      String name, Class<H> handlerType, Scope scope, String doc) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("name: " + name + " (expected: camel case)");
    }
    if (!handlerType.isInterface()) {
      throw new IllegalArgumentException(
          "handlerType: " + handlerType.getName() + " (expected: an interface)");
    }
    return new Event<>(name, handlerType, scope, doc);
  }

  /**
   * The events of the base server.
   *
   * @return all constants of this class
   */
  public static List<Event<?>> all() {
    return ALL;
  }

  /**
   * Its name, such as {@code receive}.
   *
   * @return the name, without "on"
   */
  public String name() {
    return name;
  }

  /**
   * The interface of its handlers.
   *
   * @return the type
   */
  public Class<H> handlerType() {
    return handlerType;
  }

  /**
   * Whether every port may have its own handler or the server has one.
   *
   * @return the scope
   */
  public Scope scope() {
    return scope;
  }

  /**
   * What it means.
   *
   * @return one line
   */
  public String doc() {
    return doc;
  }

  @Override
  public String toString() {
    return name;
  }
}
