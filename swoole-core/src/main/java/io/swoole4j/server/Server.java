// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.error.ErrorCode;
import io.swoole4j.error.PortBindException;
import io.swoole4j.internal.lifecycle.Engine;
import io.swoole4j.internal.lifecycle.StateMachine;
import io.swoole4j.internal.net.Connection;
import io.swoole4j.internal.net.InheritedSocket;
import io.swoole4j.setting.Scope;
import io.swoole4j.setting.Setting;
import io.swoole4j.setting.SettingRegistry;
import io.swoole4j.setting.SettingValues;
import io.swoole4j.setting.Settings;
import io.swoole4j.spi.Arguments;
import io.swoole4j.spi.Daemon;
import io.swoole4j.spi.PortProtocol;
import io.swoole4j.spi.ServerHandle;
import io.swoole4j.spi.UserProcess;
import java.nio.ByteBuffer;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A network server in Swoole's programming model: make one, set options, bind handlers to events,
 * start it.
 *
 * <pre>{@code
 * Server server = new Server("127.0.0.1", 9501);
 * server.set(Map.of("worker_num", 4));
 * server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
 * server.start();
 * }</pre>
 *
 * <p>A subclass may implement handler interfaces itself: they are bound, at start, to the events
 * that have no other handler. A server lives once, see {@link ServerState}. Methods that act on
 * connections may be called from any thread; where they answer false, {@link #getLastError} tells
 * why.
 *
 * <p>Handlers of one worker never run at the same time, so what only they share needs no locks.
 * <strong>With {@code enable_coroutine} they do</strong>: each callback runs on a virtual thread,
 * and only those of one connection one after the other. A worker's handlers, {@link
 * #workerHandlers} included, are then used by many threads at once.
 */
public class Server implements ServerHandle {
  /** Chooses the worker of each packet; overrides dispatch_mode. */
  public static final Setting<DispatchFunction> DISPATCH_FUNC =
      Setting.function(
          "dispatch_func",
          DispatchFunction.class,
          Scope.SERVER,
          "Function that chooses the worker of each packet; overrides dispatch_mode; PROCESS mode"
              + " only");

  /** The host that stands for the sockets the process was started with; Swoole's name for it. */
  public static final String SYSTEMD = "SYSTEMD";

  private static final int MAX_PAGE = 100;
  private static final int DEFAULT_PAGE = 10;
  private static final double DEFAULT_TASK_SECONDS = 0.5;

  private final ServerMode mode;
  private final List<PortProtocol> protocols;
  private final ServerEvents events;
  private final SettingRegistry registry;
  private final SettingValues settings;
  private final HandlerTable handlers = new HandlerTable();
  private final List<ServerPort> ports = new ArrayList<>();
  private final List<UserProcess> processes = new ArrayList<>();
  private final Map<String, Commands.Command> commands = new LinkedHashMap<>();
  private final StateMachine state = new StateMachine();
  private final EarlyReload earlyReload = new EarlyReload();
  private final LastError lastError = new LastError();
  private final Datagrams datagrams;
  private final Connections connections = new ConnectionsView(this, null);
  private @Nullable IntFunction<? extends EventHandler> workerHandlers;
  private volatile @Nullable ServerParts parts;

  /**
   * A server in PROCESS mode on TCP over IPv4.
   *
   * @param host the address to listen on, such as 127.0.0.1, or 0.0.0.0 for all
   * @param port the port, 0 for any free one
   * @throws IllegalArgumentException if the port is out of range
   */
  public Server(String host, int port) {
    this(host, port, ServerMode.PROCESS, SocketType.TCP);
  }

  /**
   * A server on TCP over IPv4.
   *
   * @param host the address to listen on, such as 127.0.0.1, or 0.0.0.0 for all
   * @param port the port, 0 for any free one
   * @param mode where callbacks run
   * @throws IllegalArgumentException if the port is out of range
   */
  public Server(String host, int port, ServerMode mode) {
    this(host, port, mode, SocketType.TCP);
  }

  /**
   * A server. Nothing is bound before the start.
   *
   * <p>With the host {@link #SYSTEMD} it serves the sockets that the process was started with, by
   * systemd's socket activation or a parent that does the same: {@code LISTEN_FDS} descriptors from
   * 3 on, or from {@code LISTEN_FDS_START}, for the process {@code LISTEN_PID}. Each is one of
   * {@link #ports()}, the first one the primary; its kind and address are its own, and streams
   * speak TLS if the type does. The descriptors stay open when the server ends. Linux with the
   * epoll transport alone.
   *
   * @param host the address to listen on, an IPv6 one for the IPv6 types, the path of a Unix
   *     socket, or {@link #SYSTEMD}
   * @param port the port, 0 for any free one; ignored for a Unix socket and with SYSTEMD
   * @param mode where callbacks run
   * @param type the kind of socket
   * @throws IllegalArgumentException if the port is out of range or the path too long
   * @throws IllegalStateException with SYSTEMD, if the process was given no sockets, or one that is
   *     not a bound socket of TCP, UDP or Unix
   */
  public Server(String host, int port, ServerMode mode, SocketType type) {
    this(host, port, mode, type, List.of());
  }

  /**
   * A server that speaks protocols of a subclass besides those found on the class path.
   *
   * @param host the address to listen on
   * @param port the port, 0 for any free one
   * @param mode where callbacks run
   * @param type the kind of socket
   * @param own the subclass's protocols, asked before others
   * @throws IllegalArgumentException if the port is out of range
   */
  protected Server(
      String host, int port, ServerMode mode, SocketType type, List<PortProtocol> own) {
    this.mode = Objects.requireNonNull(mode, "mode");
    this.protocols = protocols(own);
    this.events = new ServerEvents(protocols);
    List<Setting<?>> contributed =
        protocols.stream().flatMap(protocol -> protocol.settings().stream()).toList();
    this.registry = SettingRegistry.of(Settings.all(), List.of(DISPATCH_FUNC), contributed);
    this.settings = SettingValues.ofServer(registry);
    if (SYSTEMD.equalsIgnoreCase(host)) {
      addInherited(Objects.requireNonNull(type, "type").isSsl());
    } else {
      ports.add(new ServerPort(this, host, port, type, settings, handlers));
    }
    datagrams = new Datagrams(ports, lastError);
  }

  private void addInherited(boolean ssl) {
    for (InheritedSocket socket :
        InheritedSocket.ofSystemd(System::getenv, ProcessHandle.current().pid())) {
      ports.add(
          ports.isEmpty()
              ? new ServerPort(this, socket, ssl, settings, handlers)
              : new ServerPort(this, socket, ssl, settings.ofPort(registry), new HandlerTable()));
    }
  }

  private static List<PortProtocol> protocols(List<PortProtocol> own) {
    Map<String, PortProtocol> byName = new LinkedHashMap<>();
    own.forEach(protocol -> byName.put(protocol.name(), protocol));
    ServiceLoader.load(PortProtocol.class)
        .forEach(protocol -> byName.putIfAbsent(protocol.name(), protocol));
    return List.copyOf(byName.values());
  }

  /**
   * Changes settings; what is not named stays. Swoole's {@code set}.
   *
   * @param values values by name or alias, such as {@code "worker_num" -> 4}; sizes as {@code "2M"}
   *     too
   * @return this server
   * @throws IllegalArgumentException if a name is unknown or a value out of range; nothing has
   *     changed then
   * @throws IllegalStateException once the server was started
   */
  public Server set(Map<String, ?> values) {
    settings.setAll(Arguments.require("settings", values, "a map"));
    return this;
  }

  /**
   * Changes one setting by name.
   *
   * @param name its name or alias
   * @param value its value
   * @return this server
   * @throws IllegalArgumentException if the name is unknown or the value out of range
   * @throws IllegalStateException once the server was started
   */
  public Server set(String name, Object value) {
    settings.set(name, value);
    return this;
  }

  /**
   * Changes one setting.
   *
   * @param <T> its type
   * @param setting the setting
   * @param value its value
   * @return this server
   * @throws IllegalArgumentException if the value is out of range
   * @throws IllegalStateException once the server was started
   */
  public <T> Server set(Setting<T> setting, T value) {
    settings.set(setting, value);
    return this;
  }

  /**
   * Binds a handler to an event; the last one wins. Swoole's {@code on}.
   *
   * @param <H> the interface of the event's handlers
   * @param event the event
   * @param handler the handler, a lambda for instance
   * @return this server
   * @throws IllegalStateException once the server was started
   */
  public <H extends EventHandler> Server on(Event<H> event, H handler) {
    bindHandler(handlers, event, handler);
    return this;
  }

  /**
   * Binds a handler to an event by the event's name.
   *
   * @param event the event's name in any letter case, such as "Receive"
   * @param handler an object that implements the event's interface; a bare lambda does not compile,
   *     cast it or use {@link #on(Event, EventHandler)}
   * @return this server
   * @throws IllegalArgumentException if there is no such event or the handler is of another
   * @throws IllegalStateException once the server was started
   */
  public Server on(String event, EventHandler handler) {
    bindHandler(handlers, events.of(event, handler), handler);
    return this;
  }

  /**
   * The handler that is bound to an event of the server; Swoole's {@code getCallback}. A port's own
   * handlers are found by {@link ServerPort#getCallback(Event)}, those of {@link #workerHandlers}
   * by neither.
   *
   * @param <H> the interface of the event's handlers
   * @param event the event
   * @return the handler, this server if it handles the event itself, or empty
   */
  public <H extends EventHandler> Optional<H> getCallback(Event<H> event) {
    return Optional.ofNullable(event.handlerType().cast(callback(handlers, List.of(event))));
  }

  /**
   * The handler that is bound to an event of a given name, in whichever form.
   *
   * @param event the event's name in any letter case
   * @return as {@link #getCallback(Event)}
   * @throws IllegalArgumentException if there is no such event
   */
  public Optional<EventHandler> getCallback(String event) {
    return Optional.ofNullable(callback(handlers, events.named(event)));
  }

  /** What is bound to an event in one of its forms: in the table, else by being this server. */
  @Nullable EventHandler callback(HandlerTable table, List<? extends Event<?>> forms) {
    EventHandler bound = table.findAny(forms);
    if (bound != null || table != handlers || table.binds(forms.get(0).name())) {
      return bound;
    }
    boolean own = forms.stream().anyMatch(form -> form.handlerType().isInstance(this));
    return own ? (EventHandler) this : null;
  }

  /**
   * Binds an object to every event whose interface it implements.
   *
   * @param object the handlers
   * @return this server
   * @throws IllegalArgumentException if it implements none
   * @throws IllegalStateException once the server was started
   */
  public Server on(EventHandler object) {
    bindHandlers(handlers, events.all(), object);
    return this;
  }

  void bindHandlers(HandlerTable table, List<Event<?>> among, EventHandler object) {
    requireNew();
    if (!table.bindAll(among, object)) {
      throw new IllegalArgumentException(
          "handlers: "
              + object.getClass().getName()
              + " (expected: a handler of "
              + ServerEvents.names(among)
              + ")");
    }
  }

  void bindHandler(HandlerTable table, Event<?> event, @Nullable EventHandler handler) {
    requireNew();
    events.require(event);
    table.bind(event, handler);
  }

  private void requireNew() {
    if (state() != ServerState.NEW) {
      throw new IllegalStateException("server: " + state() + " (expected: NEW)");
    }
  }

  /**
   * Gives every worker handlers of its own, as a PHP process has its own variables: the factory is
   * called for each worker that begins, its object serves that worker alone and wins over handlers
   * bound otherwise. The objects of the first workers are made by the thread that starts the
   * server, so that a failing factory fails the start; later ones on the worker.
   *
   * <p>They may handle what happens on workers: workerStart, workerStop, error, the events of ports
   * and those of protocols. A factory that fails for a worker that is to take over another's place
   * is called again after a pause.
   *
   * @param factory makes the handlers of the worker of a given id
   * @return this server
   * @throws IllegalStateException once the server was started; an object that handles nothing, or
   *     an event that does not happen on workers, is refused by the start
   */
  public Server workerHandlers(IntFunction<? extends EventHandler> factory) {
    requireNew();
    workerHandlers = Objects.requireNonNull(factory, "factory");
    return this;
  }

  /**
   * Adds a port on TCP over IPv4.
   *
   * @param host the address to listen on
   * @param port the port, 0 for any free one
   * @return as {@link #addListener(String, int, SocketType)}
   */
  public ServerPort addListener(String host, int port) {
    return addListener(host, port, SocketType.TCP);
  }

  /**
   * Adds a port; Swoole's {@code addListener}. It is bound by the start, like the primary one. What
   * it does not have itself, settings and handlers, holds as on the server; but once anything is
   * set on it, be it an empty map, its protocol is its own, see {@link ServerPort#set(Map)}.
   *
   * @param host the address to listen on, or the path of a Unix socket
   * @param port the port, 0 for any free one; ignored for a Unix socket
   * @param type the kind of socket
   * @return the port, to set options and bind handlers
   * @throws IllegalArgumentException if the port is out of range or the path too long
   * @throws IllegalStateException once the server was started
   */
  public ServerPort addListener(String host, int port, SocketType type) {
    requireNew();
    ServerPort added =
        new ServerPort(this, host, port, type, settings.ofPort(registry), new HandlerTable());
    ports.add(added);
    return added;
  }

  /**
   * Adds a port on TCP over IPv4; Swoole's alias {@code listen}.
   *
   * @param host the address to listen on
   * @param port the port, 0 for any free one
   * @return as {@link #addListener(String, int, SocketType)}
   */
  public ServerPort listen(String host, int port) {
    return addListener(host, port);
  }

  /**
   * The same as {@link #addListener(String, int, SocketType)}; Swoole's alias {@code listen}.
   *
   * @param host the address to listen on, or the path of a Unix socket
   * @param port the port, 0 for any free one
   * @param type the kind of socket
   * @return as {@link #addListener(String, int, SocketType)}
   */
  public ServerPort listen(String host, int port, SocketType type) {
    return addListener(host, port, type);
  }

  /**
   * Adds something that runs beside the workers; Swoole's {@code addProcess}.
   *
   * @param process what to run
   * @return its id among the user processes, from 0
   * @throws IllegalStateException once the server was started
   */
  public int addProcess(UserProcess process) {
    requireNew();
    processes.add(Objects.requireNonNull(process, "process"));
    return processes.size() - 1;
  }

  /**
   * Whether this process is the one that {@code daemonize} has put into the background. A JVM
   * cannot fork, so the program runs once more from its beginning there; what belongs to the
   * foreground, such as a greeting, is for whoever is told false here.
   *
   * @return false in the process that was launched by hand, and without swoole-process
   */
  public static boolean isDaemon() {
    return ServiceLoader.load(Daemon.class).findFirst().map(Daemon::isDetached).orElse(false);
  }

  /**
   * Names something that {@link #command} runs on a thread of choice; Swoole's {@code addCommand}.
   * The last one of a name holds.
   *
   * @param name its name
   * @param types where it may run
   * @param handler what it does
   * @return this server
   * @throws IllegalArgumentException if the name is empty or there is no type
   * @throws IllegalStateException once the server was started
   */
  public Server addCommand(String name, Set<ProcessType> types, CommandHandler handler) {
    requireNew();
    if (name.isEmpty() || types.isEmpty()) {
      throw new IllegalArgumentException(
          "command: \"" + name + "\" for " + types + " (expected: a name and one type at least)");
    }
    commands.put(
        name, new Commands.Command(Set.copyOf(types), Objects.requireNonNull(handler, "handler")));
    return this;
  }

  Map<String, Commands.Command> commands() {
    return commands;
  }

  /**
   * Runs a command on one thread of the server and waits for its result, 5 seconds at most;
   * Swoole's {@code command}. On that very thread it runs at once. In the start event, behind which
   * the workers begin, asking one of them lets them begin at once.
   *
   * @param name what {@link #addCommand} was given
   * @param processId the number among the threads of that type, from 0
   * @param type where it runs
   * @param data what the command is about, or null; handed over by reference
   * @return what it has answered; empty, too, if it answers null, and with {@link #getLastError}
   *     9012 (no such command for that type), 505 (no such thread), 506 (too much waits for that
   *     worker), 509 (the server does not run), 2002 (it threw) or 10018 (no answer in time)
   * @throws IllegalStateException on an event loop, which must not wait, for another thread
   */
  public Optional<Object> command(
      String name, int processId, ProcessType type, @Nullable Object data) {
    ServerParts started = parts;
    if (started == null) {
      lastError.fail(ErrorCode.WRONG_OPERATION);
      return Optional.empty();
    }
    return started.commands().run(name, processId, Objects.requireNonNull(type, "type"), data);
  }

  /**
   * Starts and blocks until the server has ended; Swoole's {@code start}. Meanwhile signal TERM
   * shuts it down, USR1 renews all workers and USR2 the task workers; with log_file, WINCH opens
   * that anew.
   *
   * @return true when it has ended in good order
   * @throws PortBindException if a port cannot be had
   * @throws IllegalStateException if it was started before, a required handler is missing or a
   *     setting cannot be honoured; nothing is left running then
   */
  public boolean start() {
    boolean reopensLogFiles =
        settings.isSet(Settings.LOG_FILE) || settings.isSet(Settings.REQUEST_SLOWLOG_FILE);
    new BlockingStart(this, state, earlyReload).run(reopensLogFiles);
    return true;
  }

  /**
   * Starts and returns once every port accepts; takes no signals. For embedding and tests.
   *
   * @return this server
   * @throws PortBindException if a port cannot be had
   * @throws IllegalStateException as {@link #start}
   */
  public Server startAsync() {
    state.starting();
    settings.freeze(state::state);
    LogFiles files = null;
    try {
      files = LogFiles.open(settings);
      ServerStart start = new ServerStart(this, settings, state, files);
      parts = start.parts();
      start.run();
    } catch (RuntimeException | Error e) {
      endProtocols();
      if (files != null) {
        files.close();
      }
      state.failed(e);
      throw e;
    }
    if (state.running()) {
      earlyReload.take().ifPresent(parts().engine()::reload);
    } else {
      parts().engine().stop();
    }
    return this;
  }

  /**
   * Asks for the end; Swoole's {@code shutdown}. Returns at once, from handlers too: what has
   * arrived is answered, connections are closed, then workers, ports and threads end. Takes at most
   * max_wait_time for handlers and for clients each.
   *
   * @return whether the server ends or has ended: false before a start and after a failed one
   */
  @Override
  public boolean shutdown() {
    StateMachine.StopAnswer answer = state.requestStop();
    if (answer == StateMachine.StopAnswer.BEGIN) {
      parts().engine().stop();
    }
    return answer != StateMachine.StopAnswer.REFUSED;
  }

  /**
   * Renews all workers, one after the other: each ends with workerStop once the message it is in
   * has returned, and begins again with fresh private handlers and workerStart; in PROCESS mode
   * those whose messages take long are waited for at the same time. Connections and what waits to
   * be handled or sent stay. Swoole's {@code reload}. Returns at once, from handlers too;
   * beforeReload and afterReload tell when it happens. User processes are left alone. Asked for
   * while the server starts it happens once that runs.
   *
   * @return false with {@link #getLastError} 509 while workers are being renewed already, and when
   *     the server does not run
   */
  @Override
  public boolean reload() {
    return reload(false);
  }

  /**
   * Renews the workers or only the task workers.
   *
   * @param onlyTaskWorkers whether to leave the workers of connections alone
   * @return as {@link #reload()}
   */
  @Override
  public boolean reload(boolean onlyTaskWorkers) {
    if (state() == ServerState.STARTING && earlyReload.remember(onlyTaskWorkers)) {
      return true;
    }
    Engine running = engine();
    return (running != null && running.reload(onlyTaskWorkers))
        || lastError.fail(ErrorCode.WRONG_OPERATION);
  }

  /**
   * Ends the calling worker in good order once its callback has returned, without waiting for its
   * timers; another one of the same id begins. Swoole's {@code stop}.
   *
   * @return false with {@link #getLastError} 509 if the server does not run
   * @throws IllegalStateException on a thread that is no worker of this server
   */
  public boolean stop() {
    return stop(-1, false);
  }

  /**
   * Ends a worker in good order once the callback it is in has returned; another one of the same id
   * begins.
   *
   * @param workerId which, or -1 for the calling one
   * @return as {@link #stop(int, boolean)}
   */
  @Override
  public boolean stop(int workerId) {
    return stop(workerId, false);
  }

  /**
   * Ends a worker in good order once the callback it is in has returned, with workerStop and
   * without workerError; another one of the same id begins with fresh private handlers, and has its
   * connections and all that waits for it.
   *
   * @param workerId which, task workers included, or -1 for the calling one
   * @param waitEvent whether it calls workerExit and finishes its timers first, for max_wait_time
   *     at most; always so for another worker with reload_async
   * @return false with {@link #getLastError} 509 if the server does not run
   * @throws IllegalArgumentException if there is no worker of that id
   * @throws IllegalStateException with -1 on a thread that is no worker of this server
   */
  public boolean stop(int workerId, boolean waitEvent) {
    Engine running = engine();
    // In workerStart, too, which may run before the start has ended.
    boolean serves =
        running != null
            && (state() == ServerState.RUNNING
                || (state() == ServerState.STARTING && running.currentWorker() != null));
    if (running == null || !serves) {
      return lastError.fail(ErrorCode.WRONG_OPERATION);
    }
    running.renew(workerId, waitEvent);
    return true;
  }

  /**
   * Reads certificates, keys and authorities of every port with TLS again and uses them for
   * handshakes from now on; connections stay as they are. From any thread; reads files. Ours:
   * Swoole has to be restarted. For one port alone there is {@link ServerPort#reloadTls()}.
   *
   * @throws IllegalStateException if a file is bad, naming it and the reason, and nothing has
   *     changed on any port then; or if the server does not run or has no port with TLS
   */
  public void reloadTls() {
    reloadTls(ports());
  }

  void reloadTls(List<ServerPort> ports) {
    if (state() != ServerState.RUNNING) {
      throw new IllegalStateException("server: " + state() + " (expected: RUNNING)");
    }
    TlsFactory.reload(ports);
  }

  /**
   * Opens log_file and request_slowlog_file anew, for instance because a program that rotates logs
   * has moved them away; what the signal WINCH does while a blocking {@link #start} runs. From any
   * thread.
   *
   * @return false if there is none, the server does not run (both 509), or one cannot be opened and
   *     is kept as it is
   */
  public boolean reopenLogFiles() {
    ServerParts started = parts;
    if (started == null || !started.logs().areOpen() || state() == ServerState.TERMINATED) {
      return lastError.fail(ErrorCode.WRONG_OPERATION);
    }
    return started.logs().reopen();
  }

  /**
   * Waits until the server has ended, or its start has failed.
   *
   * @param timeout how long at most
   * @return whether it has ended
   * @throws IllegalStateException on a thread of this server, which could never end then
   * @throws InterruptedException if interrupted meanwhile
   */
  public boolean awaitTermination(Duration timeout) throws InterruptedException {
    Engine running = engine();
    if (running != null && running.isOwnThread()) {
      throw new IllegalStateException(
          "thread: " + Thread.currentThread().getName() + " (expected: none of the server's)");
    }
    return state.awaitTerminated(nanos(timeout));
  }

  /** The longest wait there is for a duration that is longer. */
  private static long nanos(Duration duration) {
    try {
      return duration.toNanos();
    } catch (ArithmeticException e) {
      return duration.isNegative() ? 0 : Long.MAX_VALUE;
    }
  }

  /** What was made by the start; an exception before it. */
  ServerParts parts() {
    ServerParts started = parts;
    if (started == null) {
      throw new IllegalStateException("server: " + state() + " (expected: started)");
    }
    return started;
  }

  /**
   * Sends to a connection; Swoole's {@code send}. Returns at once, but with send_yield waits up to
   * send_timeout for room; sends to one connection are written in the order of the calls.
   *
   * @param fd the session id
   * @param data the bytes, not to be changed afterwards
   * @return false with {@link #getLastError} 550 (nothing to send), 1001 to 1005 (no such
   *     connection), 1008 (socket_buffer_size is waiting already) or 1202 (more than
   *     buffer_output_size)
   */
  @Override
  public boolean send(long fd, byte[] data) {
    Arguments.require("data", data, "bytes");
    Connection connection = open(fd);
    return connection != null && parts().sending().send(connection, data);
  }

  /**
   * Sends to the sender of a datagram, or to a connection; Swoole's {@code send} with {@code
   * $extraData}, as it was before {@link #sendto}. Only IPv4 addresses fit into a number.
   *
   * @param fd what {@link PacketInfo#fd} tells; the session id where the extra data is 0
   * @param data the datagram, or the bytes
   * @param extraData what {@link PacketInfo#extraData} tells, 0 for a connection
   * @return as {@link #sendto(String, int, byte[], int)} or {@link #send(long, byte[])}
   */
  public boolean send(long fd, byte[] data, int extraData) {
    return extraData == 0 ? send(fd, data) : datagrams.send(fd, data, extraData);
  }

  /**
   * Sends text in UTF-8 to the sender of a datagram, or to a connection.
   *
   * @param fd what {@link PacketInfo#fd} tells; the session id where the extra data is 0
   * @param text the text
   * @param extraData what {@link PacketInfo#extraData} tells, 0 for a connection
   * @return as {@link #send(long, byte[], int)}
   */
  public boolean send(long fd, String text, int extraData) {
    return send(fd, Sending.bytes(text), extraData);
  }

  /**
   * Sends a datagram to a Unix socket; Swoole's {@code send} with a path.
   *
   * @param path the socket's path
   * @param data the datagram
   * @return as {@link #sendto(String, int, byte[], int)}
   */
  public boolean send(String path, byte[] data) {
    return send(path, data, Datagrams.ANY_SOCKET);
  }

  /**
   * Sends a datagram with text in UTF-8 to a Unix socket.
   *
   * @param path the socket's path
   * @param text the text
   * @return as {@link #sendto(String, int, byte[], int)}
   */
  public boolean send(String path, String text) {
    return send(path, Sending.bytes(text));
  }

  /**
   * Sends a datagram to a Unix socket by a port of choice; Swoole's {@code send} with a path and
   * {@code $serverSocket}.
   *
   * @param path the socket's path
   * @param data the datagram
   * @param serverSocket the port's socket as {@link PacketInfo#serverSocket} tells it, -1 for the
   *     first port that is a Unix socket for datagrams
   * @return as {@link #sendto(String, int, byte[], int)}
   */
  public boolean send(String path, byte[] data, int serverSocket) {
    return datagrams.sendToPath(path, data, serverSocket);
  }

  /**
   * Sends a datagram by the first port of the address's kind; Swoole's {@code sendto}.
   *
   * @param address an IPv4 or IPv6 address, or the absolute path of a Unix socket; no name
   * @param port the port, 1 to 65535; ignored for a Unix socket
   * @param data the datagram, 0 to 65507 bytes
   * @return as {@link #sendto(String, int, byte[], int)}
   */
  @Override
  public boolean sendto(String address, int port, byte[] data) {
    return sendto(address, port, data, Datagrams.ANY_SOCKET);
  }

  /**
   * Sends a datagram with text in UTF-8 by the first port of the address's kind.
   *
   * @param address an IPv4 or IPv6 address, or the absolute path of a Unix socket; no name
   * @param port the port, 1 to 65535; ignored for a Unix socket
   * @param text the text
   * @return as {@link #sendto(String, int, byte[], int)}
   */
  public boolean sendto(String address, int port, String text) {
    return sendto(address, port, Sending.bytes(text));
  }

  /**
   * Sends a datagram with text in UTF-8 by a port of choice.
   *
   * @param address an IPv4 or IPv6 address, or the absolute path of a Unix socket; no name
   * @param port the port, 1 to 65535; ignored for a Unix socket
   * @param text the text
   * @param serverSocket the port's socket as {@link PacketInfo#serverSocket} tells it, -1 for the
   *     first port of the address's kind
   * @return as {@link #sendto(String, int, byte[], int)}
   */
  public boolean sendto(String address, int port, String text, int serverSocket) {
    return sendto(address, port, Sending.bytes(text), serverSocket);
  }

  /**
   * Sends a datagram by a port of choice; Swoole's {@code sendto}. It goes to the kernel before
   * this returns and never waits. From any thread.
   *
   * @param address an IPv4 or IPv6 address, or the absolute path of a Unix socket; no name
   * @param port the port, 1 to 65535; ignored for a Unix socket
   * @param data the datagram, 0 to 65507 bytes
   * @param serverSocket the port's socket as {@link PacketInfo#serverSocket} tells it, -1 for the
   *     first port of the address's kind
   * @return false with {@link #getLastError} 505 (no such address or port), 507 (no port for
   *     datagrams of that kind, or none of that socket, or not running), 1202 (more than 65507
   *     bytes), 1008 (the kernel has no room for it: for a Unix socket, its owner does not read) or
   *     the operating system's number, such as 111 where nobody listens
   */
  @Override
  public boolean sendto(String address, int port, byte[] data, int serverSocket) {
    return datagrams.send(address, port, data, serverSocket);
  }

  Datagrams datagrams() {
    return datagrams;
  }

  /**
   * Sends text in UTF-8.
   *
   * @param fd the session id
   * @param text the text
   * @return as {@link #send(long, byte[])}
   */
  @Override
  public boolean send(long fd, String text) {
    return send(fd, Sending.bytes(text));
  }

  /**
   * Sends the remaining bytes of a buffer, which are copied; its position moves to its limit when
   * they were accepted and stays where it is when not.
   *
   * @param fd the session id
   * @param data the bytes
   * @return as {@link #send(long, byte[])}
   */
  public boolean send(long fd, ByteBuffer data) {
    Arguments.require("data", data, "a buffer");
    if (open(fd) == null || !parts().sending().takes(data.remaining())) {
      return false;
    }
    byte[] bytes = new byte[data.remaining()];
    data.duplicate().get(bytes);
    boolean sent = send(fd, bytes);
    if (sent) {
      data.position(data.limit());
    }
    return sent;
  }

  /**
   * Sends to a connection and waits until the kernel has taken it and everything sent before, at
   * most send_timeout; Swoole's {@code sendwait}. In BASE mode a handler may send so to a
   * connection of its own worker whose client has taken all that came before: nothing is waited for
   * then, what the kernel does not take at once follows.
   *
   * @param fd the session id
   * @param data the bytes, not to be changed afterwards
   * @return false with {@link #getLastError} 550, 1001 to 1005 and 1202 as {@link #send(long,
   *     byte[])}; 1008 if there was no room in time and nothing was sent; 110 if all of it is
   *     queued and was not taken in time; 1002 too if the connection ends meanwhile
   * @throws IllegalStateException on an event loop, which must not wait: in BASE mode where it
   *     would have to wait, in PROCESS mode in a length or dispatch function
   */
  @Override
  public boolean sendwait(long fd, byte[] data) {
    Arguments.require("data", data, "bytes");
    Connection connection = open(fd);
    return connection != null && parts().sending().sendAndWait(connection, data);
  }

  /**
   * Sends text in UTF-8 and waits.
   *
   * @param fd the session id
   * @param text the text
   * @return as {@link #sendwait(long, byte[])}
   */
  public boolean sendwait(long fd, String text) {
    return sendwait(fd, Sending.bytes(text));
  }

  /**
   * Sends a file, in order with everything else that is sent; Swoole's {@code sendfile}.
   *
   * @param fd the session id
   * @param file its name
   * @return as {@link #sendfile(long, Path, long, long)}
   */
  public boolean sendfile(long fd, String file) {
    return sendfile(fd, file, 0, 0);
  }

  /**
   * Sends a file from some place to its end.
   *
   * @param fd the session id
   * @param file its name
   * @param offset where to begin, in bytes
   * @return as {@link #sendfile(long, Path, long, long)}
   */
  public boolean sendfile(long fd, String file, long offset) {
    return sendfile(fd, file, offset, 0);
  }

  /**
   * Sends a part of a file.
   *
   * @param fd the session id
   * @param file its name
   * @param offset where to begin, in bytes
   * @param length how much, 0 for all up to the end
   * @return as {@link #sendfile(long, Path, long, long)}
   */
  @Override
  public boolean sendfile(long fd, String file, long offset, long length) {
    try {
      return sendfile(fd, Path.of(file), offset, length);
    } catch (InvalidPathException e) {
      return lastError.fail(ErrorCode.FILE_NOT_EXIST);
    }
  }

  /**
   * Sends a file.
   *
   * @param fd the session id
   * @param file a file of the operating system's file system
   * @return as {@link #sendfile(long, Path, long, long)}
   */
  public boolean sendfile(long fd, Path file) {
    return sendfile(fd, file, 0, 0);
  }

  /**
   * Sends a part of a file, in order with everything else that is sent. The file is opened before
   * this returns, so that it may be renamed or deleted afterwards, and is copied by the kernel,
   * under TLS in pieces of 64 KiB. It takes no memory and so does not count towards
   * socket_buffer_size; instead at most 64 files wait for one connection and 4096 for all. A file
   * that becomes shorter meanwhile costs the client its connection.
   *
   * @param fd the session id
   * @param file a file of the operating system's file system
   * @param offset where to begin, in bytes
   * @param length how much, 0 for all up to the end
   * @return false with {@link #getLastError} 1001 to 1005 (no such connection), 505 (offset or
   *     length outside of the file), 13 (it cannot be opened), 700 (no such file), 702 (nothing to
   *     send), 9013 (a directory for instance) or 1008 (too many files wait)
   * @throws IllegalArgumentException if the path belongs to another file system
   */
  public boolean sendfile(long fd, Path file, long offset, long length) {
    Connection connection = open(fd);
    return connection != null && parts().sending().file(connection, file, offset, length);
  }

  /**
   * Closes a connection once what was sent is written; Swoole's {@code close}. On the connection's
   * own worker the close event has run when this returns, from elsewhere it runs there soon. With
   * enable_coroutine it has run only where a callback of that connection closes it; elsewhere it
   * runs beside the caller, so that a send that follows answers 1001 or, once it has run, 1005.
   *
   * @param fd the session id
   * @return false with {@link #getLastError} 1001 to 1005 if there is no open connection of that id
   */
  @Override
  public boolean close(long fd) {
    return close(fd, false);
  }

  /**
   * Closes a connection.
   *
   * @param fd the session id
   * @param reset whether to drop what was sent and not written, and to reset the connection
   * @return as {@link #close(long)}
   */
  @Override
  public boolean close(long fd, boolean reset) {
    Connection connection = find(fd);
    if (connection == null) {
      return lastError.fail(Sessions.whyNot(engine(), null, fd));
    }
    if (connection.close(reset)) {
      return true;
    }
    if (reset && connection.state() == Connection.CLOSED_BY_SERVER) {
      // A close that waits for a slow reader can be cut short.
      connection.reset();
    }
    return lastError.fail(Sessions.whyNot(engine(), connection, fd));
  }

  /**
   * Stops reading from a connection until {@link #resume}; Swoole's {@code pause}. What has been
   * read before is handled all the same, and sends go on. A connection that is not read has no
   * heartbeat, and that its client has gone is seen when something is sent to it: the end that
   * comes behind bytes which are not read waits for {@link #resume} with them.
   *
   * @param fd the session id
   * @return false with {@link #getLastError} 1001 to 1005 if there is no open connection of that id
   */
  @Override
  public boolean pause(long fd) {
    Connection connection = open(fd);
    if (connection != null) {
      connection.pauseReading();
    }
    return connection != null;
  }

  /**
   * Reads on from a connection; Swoole's {@code resume}. Without effect on one that was not paused.
   *
   * @param fd the session id
   * @return as {@link #pause}
   */
  @Override
  public boolean resume(long fd) {
    Connection connection = open(fd);
    if (connection != null) {
      connection.resumeReading();
    }
    return connection != null;
  }

  /**
   * Begins to read from a connection that waits for it because of enable_delay_receive or
   * wait_for_bind; Swoole's {@code confirm}.
   *
   * @param fd the session id
   * @return false with {@link #getLastError} 509 if it is read already, or 1001 to 1005 if there is
   *     no open connection of that id
   */
  @Override
  public boolean confirm(long fd) {
    Connection connection = open(fd);
    return connection != null
        && (connection.confirm() || lastError.fail(ErrorCode.WRONG_OPERATION));
  }

  /**
   * Exempts a connection from being closed for its silence, by the heartbeat and max_idle_time, or
   * no longer; Swoole's {@code protect}.
   *
   * @param fd the session id
   * @param exempt whether it is exempt
   * @return as {@link #pause}
   */
  @Override
  public boolean protect(long fd, boolean exempt) {
    Connection connection = open(fd);
    if (connection != null) {
      connection.protect(exempt);
    }
    return connection != null;
  }

  /**
   * Exempts a connection from being closed for its silence.
   *
   * @param fd the session id
   * @return as {@link #pause}
   */
  public boolean protect(long fd) {
    return protect(fd, true);
  }

  /**
   * Finds the connections whose clients have been silent for heartbeat_idle_time, and closes them
   * on request; Swoole's {@code heartbeat}. Their close events run with the number of the reactor,
   * behind packets that still wait.
   *
   * @param closeConnections whether to close them
   * @return their ids in ascending order; empty with {@link #getLastError} 509 if no port has an
   *     idle time
   */
  @Override
  public List<Long> heartbeat(boolean closeConnections) {
    Engine running = engine();
    if (running == null || !running.heartbeat().isPossible()) {
      lastError.fail(ErrorCode.WRONG_OPERATION);
      return List.of();
    }
    return running.heartbeat().silent(closeConnections);
  }

  /**
   * Closes the connections whose clients have been silent for too long.
   *
   * @return as {@link #heartbeat(boolean)}
   */
  public List<Long> heartbeat() {
    return heartbeat(true);
  }

  private @Nullable Connection open(long fd) {
    Connection connection = find(fd);
    if (connection == null || !connection.isOpen()) {
      lastError.fail(Sessions.whyNot(engine(), connection, fd));
      return null;
    }
    return connection;
  }

  /**
   * Whether a connection is open; Swoole's {@code exist}. False already inside its close event.
   *
   * @param fd the session id
   * @return true if it is open
   */
  @Override
  public boolean exist(long fd) {
    return isOpen(fd);
  }

  private boolean isOpen(long fd) {
    Connection connection = find(fd);
    return connection != null && connection.isOpen();
  }

  /**
   * The same as {@link #exist}; Swoole's newer name for it.
   *
   * @param fd the session id
   * @return true if it is open
   */
  @Override
  public boolean exists(long fd) {
    return isOpen(fd);
  }

  /**
   * What is known about a connection; Swoole's {@code getClientInfo}. Answers until its close event
   * has run.
   *
   * @param fd the session id
   * @return empty if there is none
   */
  @Override
  public Optional<ClientInfo> getClientInfo(long fd) {
    return Optional.ofNullable(find(fd)).map(found -> Sessions.info(found, !taskworker()));
  }

  /**
   * The same; Swoole's form with {@code $extraData}.
   *
   * @param fd the session id
   * @param extraData of no meaning for a connection, as in Swoole
   * @return as {@link #getClientInfo(long)}
   */
  public Optional<ClientInfo> getClientInfo(long fd, int extraData) {
    return getClientInfo(fd);
  }

  /**
   * The same; Swoole's alias {@code connection_info}.
   *
   * @param fd the session id
   * @return as {@link #getClientInfo}
   */
  @Override
  public Optional<ClientInfo> connectionInfo(long fd) {
    return getClientInfo(fd);
  }

  /**
   * A page of open connections, of all workers; Swoole's {@code getClientList}.
   *
   * @param startFd only ids above this; 0 for the first page, then the last id of the page before
   * @param count how many at most
   * @return ids in ascending order, empty behind the last page
   * @throws IllegalArgumentException if the count is not 0 to 100
   */
  @Override
  public List<Long> getClientList(long startFd, int count) {
    if (count < 0 || count > MAX_PAGE) {
      throw new IllegalArgumentException("count: " + count + " (expected: 0.." + MAX_PAGE + ")");
    }
    Engine running = engine();
    return running == null ? List.of() : running.registry().openAfter(startFd, count);
  }

  /**
   * The first ten open connections.
   *
   * @return as {@link #getClientList(long, int)}
   */
  public List<Long> getClientList() {
    return getClientList(0);
  }

  /**
   * The next ten open connections.
   *
   * @param startFd only ids above this
   * @return as {@link #getClientList(long, int)}
   */
  public List<Long> getClientList(long startFd) {
    return getClientList(startFd, DEFAULT_PAGE);
  }

  /**
   * The same as {@link #getClientList(long, int)}; Swoole's alias {@code connection_list}.
   *
   * @param startFd only ids above this
   * @param count how many at most
   * @return ids in ascending order
   */
  @Override
  public List<Long> connectionList(long startFd, int count) {
    return getClientList(startFd, count);
  }

  /**
   * The open connections, to be iterated over and counted; Swoole's {@code $connections}.
   *
   * @return a live view
   */
  public Connections connections() {
    return connections;
  }

  /**
   * Binds a connection to a user, once; dispatch mode 5 then sends all packets of one user to one
   * worker. Swoole's {@code bind}.
   *
   * @param fd the session id
   * @param uid the user, not 0
   * @return false if the uid is 0 or the connection bound already (505), or not open (1001 to 1005)
   */
  @Override
  public boolean bind(long fd, long uid) {
    Connection connection = open(fd);
    if (connection == null) {
      return false;
    }
    return (uid != 0 && connection.bind(uid)) || lastError.fail(ErrorCode.INVALID_PARAMS);
  }

  /**
   * Totals since the start and gauges of this moment; Swoole's {@code stats}.
   *
   * @return a map with Swoole's keys, empty before the start
   */
  @Override
  public Map<String, Object> stats() {
    ServerParts started = parts;
    if (started == null) {
      return Map.of();
    }
    Map<String, Object> stats = Stats.of(started, processes.size());
    protocols.forEach(protocol -> stats.putAll(protocol.stats(workerId())));
    return stats;
  }

  /**
   * Runs a callback on the calling worker every so many milliseconds; Swoole's {@code tick}. The
   * timer ends with {@link #clearTimer} or with the worker. A tick that is late runs once, not once
   * for every interval that was missed.
   *
   * @param intervalMillis the interval in milliseconds, 1 to 86400000
   * @param callback what to run
   * @return the timer's id on this worker, from 1
   * @throws IllegalArgumentException if the interval is out of range
   * @throws IllegalStateException on a thread that is no worker of this server, and while {@code
   *     SwooleProcess.alarm} sends signals
   */
  public long tick(long intervalMillis, TickCallback callback) {
    return parts().timers().tick(intervalMillis, Objects.requireNonNull(callback, "callback"));
  }

  /**
   * Runs a callback on the calling worker once, later; Swoole's {@code after}.
   *
   * @param delayMillis after how many milliseconds, 1 to 86400000
   * @param callback what to run
   * @return the timer's id on this worker, from 1
   * @throws IllegalArgumentException if the delay is out of range
   * @throws IllegalStateException on a thread that is no worker of this server, and while {@code
   *     SwooleProcess.alarm} sends signals
   */
  public long after(long delayMillis, WorkerCallback callback) {
    return parts().timers().after(delayMillis, Objects.requireNonNull(callback, "callback"));
  }

  /**
   * Ends a timer of the calling worker; Swoole's {@code clearTimer}.
   *
   * @param timerId what {@link #tick} or {@link #after} answered
   * @return false if there is no such timer on this worker, any more
   * @throws IllegalStateException on a thread that is no worker of this server
   */
  public boolean clearTimer(long timerId) {
    return parts().timers().clear(timerId);
  }

  /**
   * Runs a callback on the calling worker behind what waits for it already; Swoole's {@code defer}.
   *
   * @param callback what to run
   * @throws IllegalStateException on a thread that is no worker of this server
   */
  public void defer(WorkerCallback callback) {
    parts().timers().defer(Objects.requireNonNull(callback, "callback"));
  }

  /**
   * Submits a task to an idle task worker, or to the one for which least waits; Swoole's {@code
   * task}. Returns at once. Results go to the {@link FinishHandler} of the calling worker.
   *
   * @param data what the task is about; handed over by reference, so it must not be changed
   *     afterwards unless it is made for several threads; with task_ipc_mode 2 and 3 serialised
   * @return the task's id among those of this worker, from 0 and again from 0 when the worker is
   *     replaced; -1 with {@link #getLastError} 503 (called in a task worker), 506 (
   *     max_queued_tasks wait already, or the message queue was full for a second) or 2002 (the
   *     server ends)
   * @throws IllegalArgumentException if the data is null or, with task_ipc_mode 2 and 3, not
   *     serializable or of a class that task_classes does not allow
   * @throws IllegalStateException before the start and without task workers
   */
  @Override
  public long task(Object data) {
    return parts().tasks().task(data, -1, null);
  }

  /**
   * Submits a task to a certain task worker.
   *
   * @param data as in {@link #task(Object)}
   * @param dstWorkerId the number of the task worker, 0 to task_worker_num - 1, or -1 for any
   * @return as {@link #task(Object)}; -1 with 505 too, if there is no such task worker
   */
  @Override
  public long task(Object data, int dstWorkerId) {
    return parts().tasks().task(data, dstWorkerId, null);
  }

  /**
   * Submits a task with a callback of its own for its results, run on the calling worker.
   *
   * @param data as in {@link #task(Object)}
   * @param dstWorkerId the number of the task worker, 0 to task_worker_num - 1, or -1 for any
   * @param finishCallback takes the results; null for the worker's {@link FinishHandler}
   * @return as {@link #task(Object, int)}
   * @throws IllegalStateException as {@link #task(Object)}, and with a callback on a thread that is
   *     no worker and could not run it
   */
  public long task(Object data, int dstWorkerId, @Nullable FinishHandler finishCallback) {
    return parts().tasks().task(data, dstWorkerId, finishCallback);
  }

  /**
   * Submits a task and waits half a second for its first result; Swoole's {@code taskwait}.
   *
   * @param data as in {@link #task(Object)}
   * @return as {@link #taskwait(Object, double, int)}
   */
  public Optional<Object> taskwait(Object data) {
    return taskwait(data, DEFAULT_TASK_SECONDS, -1);
  }

  /**
   * Submits a task and waits for its first result.
   *
   * @param data as in {@link #task(Object)}
   * @param timeoutSeconds how long to wait at most, in seconds, a millisecond at least
   * @return as {@link #taskwait(Object, double, int)}
   */
  @Override
  public Optional<Object> taskwait(Object data, double timeoutSeconds) {
    return taskwait(data, timeoutSeconds, -1);
  }

  /**
   * Submits a task to a certain task worker and waits for its first result. The calling worker does
   * nothing else meanwhile, unless enable_coroutine is set; in BASE mode that holds for its
   * connections too. Results that come later are dropped.
   *
   * @param data as in {@link #task(Object)}
   * @param timeoutSeconds how long to wait at most, in seconds, a millisecond at least
   * @param dstWorkerId the number of the task worker, 0 to task_worker_num - 1, or -1 for any
   * @return empty with {@link #getLastError} 10018 (no result in time, or interrupted), 2002 (the
   *     task threw or returned without a result, or the server ends), 505 (no such task worker) or
   *     506 (max_queued_tasks wait already)
   * @throws IllegalArgumentException if the data is null or the time not positive
   * @throws IllegalStateException in a task worker, on a reactor, before the start and without task
   *     workers
   */
  @Override
  public Optional<Object> taskwait(Object data, double timeoutSeconds, int dstWorkerId) {
    return parts().tasks().wait(data, timeoutSeconds, dstWorkerId);
  }

  /**
   * Submits tasks and waits half a second for the first result of each; Swoole's {@code
   * taskWaitMulti}.
   *
   * @param tasks as in {@link #taskWaitMulti(List, double)}
   * @return as {@link #taskWaitMulti(List, double)}
   */
  public Map<Integer, Object> taskWaitMulti(List<?> tasks) {
    return taskWaitMulti(tasks, DEFAULT_TASK_SECONDS);
  }

  /**
   * Submits tasks to any task workers and waits for the first result of each.
   *
   * @param tasks what the tasks are about, 1024 at most
   * @param timeoutSeconds how long to wait for all of them at most, in seconds
   * @return results by the index of their task, in that order; those that did not come in time, or
   *     not at all, are missing
   * @throws IllegalArgumentException if there are too many tasks, one is null or the time is not
   *     positive
   * @throws IllegalStateException as {@link #taskwait(Object, double, int)}
   */
  @Override
  public Map<Integer, Object> taskWaitMulti(List<?> tasks, double timeoutSeconds) {
    List<Optional<Object>> results =
        parts().tasks().waitForAll("taskWaitMulti", tasks, timeoutSeconds, TaskFlag.WAITALL);
    Map<Integer, Object> byIndex = new LinkedHashMap<>();
    for (int i = 0; i < results.size(); i++) {
      int index = i;
      results.get(i).ifPresent(result -> byIndex.put(index, result));
    }
    return byIndex;
  }

  /**
   * As {@link #taskCo(List, double)}, half a second.
   *
   * @param tasks what the tasks are about, 1024 at most
   * @return as {@link #taskCo(List, double)}
   */
  public List<Optional<Object>> taskCo(List<?> tasks) {
    return taskCo(tasks, DEFAULT_TASK_SECONDS);
  }

  /**
   * As {@link #taskWaitMulti(List, double)}, with an entry for every task; Swoole's {@code taskCo}.
   * It waits as that does.
   *
   * @param tasks what the tasks are about, 1024 at most
   * @param timeoutSeconds how long to wait for all of them at most, in seconds
   * @return one entry for each task, empty where no result came in time
   * @throws IllegalArgumentException as {@link #taskWaitMulti(List, double)}
   * @throws IllegalStateException as {@link #taskwait(Object, double, int)}
   */
  public List<Optional<Object>> taskCo(List<?> tasks, double timeoutSeconds) {
    return parts().tasks().waitForAll("taskCo", tasks, timeoutSeconds, TaskFlag.COROUTINE);
  }

  /**
   * Hands a result to whoever submitted the task that the calling task worker is at; Swoole's
   * {@code finish}. May be called several times; a waiting caller takes the first result. Waits at
   * most a second while the worker that asked has no room for the result.
   *
   * @param result the result, handed over by reference
   * @return false with {@link #getLastError} 2003 (the caller no longer waits), 506 (its worker had
   *     no room for a second) or 507 (nobody takes results: no worker submitted the task)
   * @throws IllegalArgumentException if the result is null
   * @throws IllegalStateException outside of the handler of a task, and with task_enable_coroutine
   */
  public boolean finish(Object result) {
    return parts().tasks().finish(result);
  }

  /**
   * Sends a message to another worker or task worker, where it is given to {@link
   * Event#PIPE_MESSAGE}; Swoole's {@code sendMessage}. Messages of one thread to one worker arrive
   * in order; those sent before the workers begin wait for them. The same object arrives: neither
   * side may change it afterwards.
   *
   * <p>From workers, task workers, user processes, the manager's thread and any other. On task
   * workers and user processes it waits up to a second while 16384 messages wait for the other
   * worker; elsewhere it does not wait. True means handed over: a worker that ends first, with the
   * server, drops what it has not begun.
   *
   * @param message the message
   * @param dstWorkerId the id of a worker or, from worker_num on, of a task worker
   * @return false with {@link #getLastError} 505 (no such worker, or the caller's own), 506 (16384
   *     messages wait for it) or 509 (it has ended)
   * @throws IllegalArgumentException if the message is null
   * @throws IllegalStateException if that worker has no handler of pipeMessage, or before the start
   */
  @Override
  public boolean sendMessage(Object message, int dstWorkerId) {
    return parts().messages().send(message, dstWorkerId);
  }

  LastError lastError() {
    return lastError;
  }

  /**
   * Why the last call on this thread answered false; Swoole's {@code getLastError}. Kept until the
   * next failure.
   *
   * @return a code of {@link ErrorCode}, or what the operating system has answered to {@link
   *     #sendto}; 0 if nothing failed yet
   */
  @Override
  public int getLastError() {
    return lastError.get();
  }

  /**
   * The process id of the master, which is this JVM's; Swoole's {@code $master_pid}.
   *
   * @return 0 before the start
   */
  @Override
  public long masterPid() {
    return parts == null ? 0 : ProcessHandle.current().pid();
  }

  /**
   * The process id of the manager, which is this JVM's; Swoole's {@code $manager_pid}.
   *
   * @return 0 before the start, and in BASE mode with one worker and no user process, which has no
   *     manager
   */
  @Override
  public long managerPid() {
    Engine running = engine();
    return running == null || !running.hasManager() ? 0 : ProcessHandle.current().pid();
  }

  /**
   * The same as {@link #masterPid}; Swoole's {@code getMasterPid}.
   *
   * @return 0 before the start
   */
  public long getMasterPid() {
    return masterPid();
  }

  /**
   * The same as {@link #managerPid}; Swoole's {@code getManagerPid}.
   *
   * @return as {@link #managerPid}
   */
  public long getManagerPid() {
    return managerPid();
  }

  /**
   * The process id of the worker, which is this JVM's; Swoole's {@code $worker_pid}.
   *
   * @return 0 before the start
   */
  public long workerPid() {
    return masterPid();
  }

  /**
   * The worker the calling thread serves; Swoole's {@code $worker_id}.
   *
   * @return its id, -1 on other threads
   */
  public int workerId() {
    ServerParts started = parts;
    return started == null ? -1 : started.workers().currentId();
  }

  /**
   * The id of the worker, task worker or user process that the calling thread belongs to; Swoole's
   * {@code getWorkerId}. Unlike {@link #workerId} it knows user processes that are threads.
   *
   * @return the id, -1 on other threads
   */
  @Override
  public int getWorkerId() {
    int id = workerId();
    return id < 0 ? UserProcesses.currentId(this) : id;
  }

  /**
   * The process id of the calling worker; Swoole's {@code getWorkerPid}.
   *
   * @return as {@link #getWorkerPid(int)} for {@link #getWorkerId}
   */
  public long getWorkerPid() {
    return getWorkerPid(-1);
  }

  /**
   * The process id of a worker; Swoole's {@code getWorkerPid}.
   *
   * @param workerId the id of a worker, a task worker or a user process; -1 for the calling one
   * @return this JVM's for workers, that of its process for a user process; 0 with {@link
   *     #getLastError} 505 if there is none of that id, and for a user process not started yet
   * @throws IllegalStateException before the start
   */
  @Override
  public long getWorkerPid(int workerId) {
    return parts().workers().pid(workerId);
  }

  /**
   * What the calling worker is doing; Swoole's {@code getWorkerStatus}.
   *
   * @return {@link WorkerStatus#BUSY}, in workerStart IDLE, in workerExit and workerStop EXIT;
   *     empty on a thread that is no worker, as {@link #getWorkerStatus(int)}
   */
  public Optional<WorkerStatus> getWorkerStatus() {
    return getWorkerStatus(workerId());
  }

  /**
   * What a worker is doing at this moment; Swoole's {@code getWorkerStatus}.
   *
   * @param workerId the id of a worker or task worker; -1 for the calling one
   * @return its status; empty with {@link #getLastError} 505 if there is none of that id
   * @throws IllegalStateException before the start
   */
  @Override
  public Optional<WorkerStatus> getWorkerStatus(int workerId) {
    return parts().workers().status(workerId);
  }

  /**
   * Whether the calling thread serves a task worker; Swoole's {@code $taskworker}.
   *
   * @return true on a thread of a task worker, whose ids follow those of the workers
   */
  public boolean taskworker() {
    ServerParts started = parts;
    return started != null && started.workers().isTaskWorker();
  }

  /**
   * The settings as set; Swoole's {@code $setting}.
   *
   * @return values by name, read-only
   */
  @Override
  public Map<String, Object> setting() {
    return settings.asMap();
  }

  /**
   * A setting's value: the one set, else the default.
   *
   * @param <T> its type
   * @param setting the setting
   * @return the value
   * @throws IllegalStateException if it is not set and has no default
   */
  public <T> T setting(Setting<T> setting) {
    return settings.get(setting);
  }

  /**
   * The ports, the primary first; Swoole's {@code $ports}.
   *
   * @return the ports, read-only
   */
  public List<ServerPort> ports() {
    return Collections.unmodifiableList(ports);
  }

  /**
   * The listening socket of the primary port; Swoole's {@code getSocket}.
   *
   * @return empty before the start
   */
  public Optional<ListeningSocket> getSocket() {
    return ports.get(0).getSocket();
  }

  /**
   * The listening socket of a port; Swoole's {@code getSocket}.
   *
   * @param port the number of the port, 0 for the primary one
   * @return empty before the start and where no port has that number
   */
  public Optional<ListeningSocket> getSocket(int port) {
    return port == 0
        ? getSocket()
        : ports.stream()
            .filter(candidate -> candidate.port() == port)
            .findFirst()
            .flatMap(ServerPort::getSocket);
  }

  /**
   * The port number of the primary port.
   *
   * @return the one bound, or the one asked for before the start
   */
  public int getPort() {
    return ports.get(0).port();
  }

  /**
   * The host of the primary port.
   *
   * @return as given to the constructor
   */
  public String host() {
    return ports.get(0).host();
  }

  /**
   * Where callbacks run.
   *
   * @return as given to the constructor
   */
  public ServerMode mode() {
    return mode;
  }

  /**
   * The kind of socket of the primary port.
   *
   * @return as given to the constructor
   */
  public SocketType type() {
    return ports.get(0).type();
  }

  /**
   * Where the server stands.
   *
   * @return the state
   */
  public ServerState state() {
    return state.state();
  }

  private @Nullable Connection find(long fd) {
    ServerParts started = parts;
    return started == null ? null : started.engine().registry().find(fd);
  }

  /** The running parts, null before the start. */
  @Nullable Engine engine() {
    ServerParts started = parts;
    return started == null ? null : started.engine();
  }

  ServerEvents events() {
    return events;
  }

  HandlerTable handlers() {
    return handlers;
  }

  /** Lets the protocols release what they hold, whatever one of them throws. */
  void endProtocols() {
    for (PortProtocol protocol : protocols()) {
      try {
        protocol.ended();
      } catch (RuntimeException e) {
        LoggerFactory.getLogger(Server.class).warn("{}: failed to end", protocol.name(), e);
      }
    }
  }

  /** Whether clients of a protocol wait for answers; one that fails to tell has none. */
  boolean isAwaited() {
    for (PortProtocol protocol : protocols()) {
      try {
        if (protocol.isAwaited()) {
          return true;
        }
      } catch (RuntimeException e) {
        LoggerFactory.getLogger(Server.class).warn("{}: failed to tell", protocol.name(), e);
      }
    }
    return false;
  }

  List<PortProtocol> protocols() {
    return protocols;
  }

  List<UserProcess> processes() {
    return processes;
  }

  @Nullable IntFunction<? extends EventHandler> workerFactory() {
    return workerHandlers;
  }

  /**
   * A connection as the protocol of its port sees it; for protocols.
   *
   * @param fd the session id
   * @return empty if there is no such connection or its port speaks no protocol
   */
  public Optional<PortProtocol.Session> session(long fd) {
    Connection connection = find(fd);
    return connection != null && connection.attachment() instanceof SessionBridge session
        ? Optional.of(session)
        : Optional.empty();
  }

  /**
   * The protocol of this server that is of a class, with what it keeps for the server; for
   * protocols.
   *
   * @param type the protocol's class
   * @param <P> the same
   * @return empty if the server does not know it
   */
  public <P extends PortProtocol> Optional<P> protocol(Class<P> type) {
    return protocols.stream().filter(type::isInstance).map(type::cast).findFirst();
  }

  /**
   * Notes why an action of the calling thread failed, for {@link #getLastError}; for protocols.
   *
   * @param code why
   * @return false, for the caller to return
   */
  public final boolean fail(ErrorCode code) {
    return lastError.fail(code);
  }

  /** The connections that a protocol serves. */
  Stream<SessionBridge> sessions() {
    Engine running = engine();
    return running == null
        ? Stream.of()
        : running.registry().all().stream()
            .map(Connection::attachment)
            .filter(SessionBridge.class::isInstance)
            .map(SessionBridge.class::cast);
  }
}
