// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.setting;

import static io.swoole4j.setting.Setting.bool;
import static io.swoole4j.setting.Setting.byteString;
import static io.swoole4j.setting.Setting.choice;
import static io.swoole4j.setting.Setting.enumSetting;
import static io.swoole4j.setting.Setting.fileMode;
import static io.swoole4j.setting.Setting.flags;
import static io.swoole4j.setting.Setting.function;
import static io.swoole4j.setting.Setting.intList;
import static io.swoole4j.setting.Setting.intSetting;
import static io.swoole4j.setting.Setting.longSetting;
import static io.swoole4j.setting.Setting.map;
import static io.swoole4j.setting.Setting.seconds;
import static io.swoole4j.setting.Setting.size;
import static io.swoole4j.setting.Setting.string;
import static io.swoole4j.setting.Setting.stringList;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** The settings of the server itself; each protocol adds its own. */
public final class Settings {

  private static final int CPU = Runtime.getRuntime().availableProcessors();

  /** The largest array that every JVM can allocate. */
  private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

  /** The most that Linux takes for either time of keep-alive. */
  private static final int MAX_KEEPALIVE_SECONDS = 32_767;

  private static final int CONNECTION_LIMIT = 1_048_576;
  private static final int MAX_COROUTINES = 10_000_000;
  private static final int MIB = 1 << 20;

  /** The number of reactor threads; of effect in PROCESS mode. */
  public static final Setting<Integer> REACTOR_NUM =
      intSetting(
              "reactor_num",
              1,
              4 * CPU,
              Math.min(CPU, 8),
              "Reactor threads, which read, frame and write; PROCESS mode only")
          .withDocumented("1..4 × CPU", "min(CPU, 8)");

  /** The number of workers; in BASE mode the server uses 1 until this is set. */
  public static final Setting<Integer> WORKER_NUM =
      intSetting(
              "worker_num",
              1,
              1000 * CPU,
              CPU,
              "Workers, which run the callbacks; in BASE mode 1 until set")
          .withDocumented("1..1000 × CPU", "CPU");

  /** The number of task workers, which run tasks on threads of their own in both modes. */
  public static final Setting<Integer> TASK_WORKER_NUM =
      intSetting(
              "task_worker_num",
              0,
              1000 * CPU,
              0,
              "Task workers, which run what task() and its like submit; needs a task handler")
          .withDocumented("0..1000 × CPU", "0");

  /** How many tasks may wait for one task worker; not in Swoole. */
  public static final Setting<Integer> MAX_QUEUED_TASKS =
      intSetting(
          "max_queued_tasks",
          1,
          1 << 20,
          1 << 14,
          "Tasks that may wait for one task worker, the running one included; a further one is"
              + " refused with 506; not in Swoole");

  /** How tasks get to task workers; 2 and 3 need the service {@code TaskQueueFactory}. */
  public static final Setting<Integer> TASK_IPC_MODE =
      intSetting(
          "task_ipc_mode",
          1,
          3,
          1,
          "How tasks get to task workers: 1 in memory; 2 through a message queue, each to one task"
              + " worker; 3 through a message queue, each to whoever comes first; 2 and 3 need"
              + " swoole-process");

  /** The key of the queue of {@link #TASK_IPC_MODE} 2 and 3. */
  public static final Setting<Long> MESSAGE_QUEUE_KEY =
      longSetting(
              "message_queue_key",
              0,
              0xffff_ffffL,
              0,
              "Key of the message queue of task_ipc_mode 2 and 3, as ipcs shows it; 0 makes one of the"
                  + " program's name, host and port")
          .withDocumented("a 32-bit number", "0");

  /** Where tasks wait that are too long for a message of {@link #TASK_IPC_MODE} 2 and 3. */
  public static final Setting<String> TASK_TMPDIR =
      string(
          "task_tmpdir",
          "/tmp",
          "Directory for the files of tasks over 8 KiB, with task_ipc_mode 2 and 3");

  /**
   * What may be submitted with {@link #TASK_IPC_MODE} 2 and 3, and come from child processes; not
   * in Swoole.
   */
  public static final Setting<List<String>> TASK_CLASSES =
      stringList(
          "task_classes",
          "Serializable classes that tasks may have with task_ipc_mode 2 and 3, and what child"
              + " processes send with every mode, besides the JDK's plain values and collections;"
              + " packages as com.example.* or com.example.**; not in Swoole");

  /** Whether the events of ports are told by objects. */
  public static final Setting<Boolean> EVENT_OBJECT =
      bool(
          "event_object",
          false,
          "Connect, receive, packet, close, pipeMessage, task, finish and workerError are told by"
              + " objects; start fails if a handler does not take them; a handler that does needs no"
              + " setting");

  /** Whether tasks come as objects; the handler has to be of that form. */
  public static final Setting<Boolean> TASK_USE_OBJECT =
      bool(
              "task_use_object",
              false,
              "Tasks come as objects; start fails unless the task handler takes them; a handler that"
                  + " does needs no setting")
          .withAliases("task_object");

  /** Whether tasks come as objects and are finished by these only. */
  public static final Setting<Boolean> TASK_ENABLE_COROUTINE =
      bool(
          "task_enable_coroutine",
          false,
          "As task_use_object, and Server.finish is refused in favour of Task.finish; with"
              + " enable_coroutine tasks of a task worker run side by side on virtual threads,"
              + " without it one after the other");

  /** Whether the callbacks of workers run on virtual threads; JDK 21 or newer. */
  public static final Setting<Boolean> ENABLE_COROUTINE =
      bool(
          "enable_coroutine",
          false,
          "Callbacks of workers run on virtual threads: those of one connection in order, all others"
              + " side by side, so that what a worker's callbacks share needs locks; JDK 21 or newer");

  /** How many callbacks of a worker may run on virtual threads at a time. */
  public static final Setting<Integer> MAX_COROUTINE =
      intSetting(
              "max_coroutine",
              1,
              MAX_COROUTINES,
              100_000,
              "Callbacks of one worker on virtual threads above which an HTTP request is answered 503"
                  + " and everything else waits; close events do not count")
          .withAliases("max_coro_num");

  /** The number of connections above which new ones are refused. */
  public static final Setting<Integer> MAX_CONNECTION =
      intSetting(
              "max_connection",
              1,
              CONNECTION_LIMIT,
              defaultMaxConnection(),
              "Simultaneous connections; further ones are refused")
          .withAliases("max_conn")
          .withDocumented("1.." + CONNECTION_LIMIT, "min(100000, open-file limit)");

  /** The number of connections of one client address above which new ones are refused; ours. */
  public static final Setting<Integer> MAX_CONNECTIONS_PER_IP =
      intSetting(
          "max_connections_per_ip",
          0,
          CONNECTION_LIMIT,
          0,
          "Simultaneous connections of one client address, of the first 64 bits of an IPv6 one;"
              + " further ones are refused; 0 is no limit; not in Swoole");

  /** How many connections are accepted in a second; ours. */
  public static final Setting<Integer> MAX_ACCEPT_RATE =
      intSetting(
          "max_accept_rate",
          0,
          1_000_000,
          0,
          "Connections accepted in a second; further ones wait in the kernel's queue; 0 is no"
              + " limit; not in Swoole");

  /** How a worker is chosen for a connection or packet; of effect in PROCESS mode. */
  public static final Setting<Integer> DISPATCH_MODE =
      intSetting(
          "dispatch_mode",
          1,
          10,
          2,
          "Choice of the worker in PROCESS mode: 1 round robin, 2 fd modulo, 3 first idle, 4 IP"
              + " modulo, 5 uid modulo, 6 user function, 7 as 3, 8 fewest connections, 9 and 10"
              + " fewest requests in flight");

  /**
   * The largest number of bytes that one send takes; above it send answers false with code 1202.
   */
  public static final Setting<Integer> BUFFER_OUTPUT_SIZE =
      size(
              "buffer_output_size",
              1,
              Integer.MAX_VALUE,
              2 * MIB,
              "Largest single send; a larger one fails with 1202")
          .withAliases("output_buffer_size");

  /**
   * The number of bytes that one connection may have waiting for its worker before the server stops
   * reading from it; of effect in PROCESS mode, or with {@link #ENABLE_COROUTINE}.
   */
  public static final Setting<Integer> MAX_QUEUED_BYTES =
      size(
          "max_queued_bytes",
          0,
          Integer.MAX_VALUE,
          4 * MIB,
          "Bytes of a connection waiting for its worker above which reading pauses until half of"
              + " them are handled; PROCESS mode, or with enable_coroutine; 0 is no limit");

  /**
   * Whether a send waits for room where its connection's output is full; PROCESS mode only, or with
   * {@link #ENABLE_COROUTINE}, where it does unless this is set.
   */
  public static final Setting<Boolean> SEND_YIELD =
      bool(
          "send_yield",
          false,
          "Let a send wait up to send_timeout for room instead of failing with 1008; PROCESS mode"
              + " only, or with enable_coroutine, then on unless set");

  /** How long sendwait, and send with {@link #SEND_YIELD}, may wait, in seconds. */
  public static final Setting<Double> SEND_TIMEOUT =
      seconds(
          "send_timeout",
          0.001,
          86_400,
          60,
          "Time that sendwait, and a send with send_yield, waits for the client");

  /** Whether a new connection is read only once it is confirmed. */
  public static final Setting<Boolean> ENABLE_DELAY_RECEIVE =
      bool("enable_delay_receive", false, "Read from a new connection only after confirm(fd)");

  /** Whether a new connection is read only once it is bound to a user. */
  public static final Setting<Boolean> WAIT_FOR_BIND =
      bool(
          "wait_for_bind",
          false,
          "Read from a new connection only after bind(fd, uid) or confirm(fd)");

  /**
   * Whether connect, close and the buffer events are called in dispatch modes that cannot keep
   * their order.
   */
  public static final Setting<Boolean> ENABLE_UNSAFE_EVENT =
      bool(
          "enable_unsafe_event",
          false,
          "Call connect, close, bufferFull and bufferEmpty in dispatch modes 1, 3, 7, 9 and 10 too,"
              + " where their order against receive is not certain");

  /**
   * Whether data is discarded that reaches its worker after its connection has closed, in dispatch
   * modes that do not keep the order of events.
   */
  public static final Setting<Boolean> DISCARD_TIMEOUT_REQUEST =
      bool(
          "discard_timeout_request",
          true,
          "Discard data whose connection has closed before its worker gets to it, in dispatch modes"
              + " 1, 3, 7, 9 and 10");

  /** The id that precedes the first connection's. */
  public static final Setting<Long> START_SESSION_ID =
      longSetting("start_session_id", 0, Long.MAX_VALUE / 2, 0, "First connection id minus one");

  /** How long a stopping worker may take to finish, in seconds, before it is interrupted. */
  public static final Setting<Double> MAX_WAIT_TIME =
      seconds(
          "max_wait_time",
          0,
          86_400,
          3,
          "Time that a stopping worker has to finish its work before it is interrupted");

  /** After how many requests a worker is renewed. */
  public static final Setting<Long> MAX_REQUEST =
      longSetting(
          "max_request",
          0,
          4_294_967_295L,
          0,
          "Requests after which a worker ends and begins again with fresh state; 0 is never");

  /** How many requests more than {@link #MAX_REQUEST} a worker may be given by chance. */
  public static final Setting<Long> MAX_REQUEST_GRACE =
      longSetting(
              "max_request_grace",
              0,
              4_294_967_295L,
              0,
              "A number from 1 to this, by chance, is added to max_request for each worker, so that"
                  + " they are not all renewed at once; 0 adds nothing")
          .withDocumented("0..4294967295", "max_request / 2 if that is above 10, otherwise 0");

  /** After how many tasks a task worker is renewed. */
  public static final Setting<Long> TASK_MAX_REQUEST =
      longSetting(
          "task_max_request",
          0,
          4_294_967_295L,
          0,
          "Tasks after which a task worker ends and begins again with fresh state; 0 is never");

  /** How many tasks more than {@link #TASK_MAX_REQUEST} a task worker may be given by chance. */
  public static final Setting<Long> TASK_MAX_REQUEST_GRACE =
      longSetting(
              "task_max_request_grace",
              0,
              4_294_967_295L,
              0,
              "A number from 1 to this, by chance, is added to task_max_request for each task worker;"
                  + " 0 adds nothing")
          .withDocumented("0..4294967295", "task_max_request / 2 if that is above 10, otherwise 0");

  /** Whether workers that are renewed finish their timers first. */
  public static final Setting<Boolean> RELOAD_ASYNC =
      bool(
          "reload_async",
          true,
          "A worker that is renewed calls workerExit and finishes its timers, for max_wait_time at"
              + " most, while the next one serves already");

  /** How long one callback may take, in seconds, before its worker is reported; not in Swoole. */
  public static final Setting<Double> BLOCKED_CALLBACK_TIME =
      seconds(
          "blocked_callback_time",
          0.001,
          86_400,
          5,
          "Time after which a worker still in the same callback is reported once, with its stack;"
              + " not in Swoole");

  /**
   * How long a connection that was closed may make no progress with what is left to write, in
   * seconds; not in Swoole.
   */
  public static final Setting<Double> CLOSE_STALL_TIME =
      seconds(
          "close_stall_time",
          0.001,
          86_400,
          30,
          "Time without progress after which a closed connection is dropped although its client has"
              + " not taken all output; not in Swoole");

  /** Whether every reactor listens on a socket of its own ({@code SO_REUSEPORT}). */
  public static final Setting<Boolean> ENABLE_REUSE_PORT =
      bool(
          "enable_reuse_port",
          false,
          "One listening socket per reactor (SO_REUSEPORT), among which Linux spreads connections");

  /** The threshold of the library's own log lines. */
  public static final Setting<LogLevel> LOG_LEVEL =
      enumSetting(
          "log_level",
          LogLevel.class,
          level -> Integer.toString(level.code()),
          LogLevel.INFO,
          "Threshold of the library's own log lines; until set, the logging backend decides alone");

  /** The file that the server's own lines go to instead of the logging backend. */
  public static final Setting<String> LOG_FILE =
      string(
          "log_file",
          "",
          "File for the server's own lines, from log_level INFO unless set, instead of the logging"
              + " backend; opened anew at the signal WINCH; what handlers log themselves"
              + " goes where their backend puts it");

  /** How often {@link #LOG_FILE} is begun anew. */
  public static final Setting<LogRotation> LOG_ROTATION =
      enumSetting(
          "log_rotation",
          LogRotation.class,
          rotation -> Integer.toString(rotation.number()),
          LogRotation.SINGLE,
          "How often log_file is begun anew, under a name that ends with the time");

  /** How dates are written in {@link #LOG_FILE}. */
  public static final Setting<String> LOG_DATE_FORMAT =
      string(
          "log_date_format",
          "%F %T",
          "Dates in log_file and request_slowlog_file, in the conversions of strftime");

  /** Whether dates in {@link #LOG_FILE} have microseconds. */
  public static final Setting<Boolean> LOG_DATE_WITH_MICROSECONDS =
      bool(
          "log_date_with_microseconds",
          false,
          "Microseconds behind the dates in log_file and request_slowlog_file");

  /** The file that tells which callbacks take too long. */
  public static final Setting<String> REQUEST_SLOWLOG_FILE =
      string(
          "request_slowlog_file",
          "",
          "File that gets the stack of each callback of a worker or task worker that takes longer"
              + " than request_slowlog_timeout, while it does");

  /** From when on a callback is told to {@link #REQUEST_SLOWLOG_FILE}, in seconds. */
  public static final Setting<Double> REQUEST_SLOWLOG_TIMEOUT =
      seconds(
          "request_slowlog_timeout",
          0.001,
          86_400,
          1,
          "Time after which a callback is told to request_slowlog_file, once");

  /** The file that holds the statistics. */
  public static final Setting<String> STATS_FILE =
      string(
          "stats_file",
          "",
          "File that stats() is written to every stats_timer_interval: as JSON if its name ends with"
              + " .json, as a PHP array if with .php, otherwise as lines of key: value");

  /** How often {@link #STATS_FILE} is written, in milliseconds. */
  public static final Setting<Integer> STATS_TIMER_INTERVAL =
      intSetting(
              "stats_timer_interval",
              10,
              86_400_000,
              1000,
              "Time between two writings of stats_file")
          .withUnit("milliseconds");

  /** The implementation of sockets to use; not in Swoole. */
  public static final Setting<String> TRANSPORT =
      choice(
          "transport",
          List.of("auto", "epoll", "kqueue", "nio"),
          "auto",
          "Implementation of sockets; auto takes epoll on Linux, kqueue on macOS and BSD, otherwise"
              + " nio; not in Swoole");

  /** Whether the server goes on in the background; needs the service {@code Daemon}. */
  public static final Setting<Boolean> DAEMONIZE =
      bool("daemonize", false, "Go on in the background; needs swoole-process");

  /**
   * The operating system's user to become once the ports are bound; needs the service {@code
   * Privileges}.
   */
  public static final Setting<String> USER =
      string(
          "user",
          "",
          "User to become once the ports are bound; start fails without root; needs swoole-process");

  /**
   * The operating system's group to become once the ports are bound; needs the service {@code
   * Privileges}.
   */
  public static final Setting<String> GROUP =
      string(
          "group",
          "",
          "Group to become once the ports are bound; start fails without root; needs"
              + " swoole-process");

  /**
   * The directory to confine the server to once the ports are bound; needs the service {@code
   * Privileges}.
   */
  public static final Setting<String> CHROOT =
      string(
          "chroot",
          "",
          "Directory to confine the server to once the ports are bound; start fails without root;"
              + " needs swoole-process");

  /** The file that holds the server's process id while it runs. */
  public static final Setting<String> PID_FILE =
      string(
          "pid_file",
          "",
          "File that holds the process id from the start, once the ports are bound, to the end");

  /**
   * Whether reactors and workers are pinned to one CPU each; needs the service {@code Affinity}.
   */
  public static final Setting<Boolean> OPEN_CPU_AFFINITY =
      bool(
          "open_cpu_affinity",
          false,
          "Pin each reactor and worker to one CPU; needs swoole-process");

  /** The CPUs that nothing is pinned to; of effect with {@link #OPEN_CPU_AFFINITY}. */
  public static final Setting<List<Integer>> CPU_AFFINITY_IGNORE =
      intList(
          "cpu_affinity_ignore",
          0,
          65_535,
          "CPUs to pin nothing to, with open_cpu_affinity; at least one must be left");

  /** How many connections may wait to be accepted. */
  public static final Setting<Integer> BACKLOG =
      intSetting(
              "backlog",
              1,
              65_535,
              512,
              "Connections waiting to be accepted; the system may cap it")
          .withScope(Scope.PORT);

  /** The permissions of the file of a Unix socket, given in octal. */
  public static final Setting<Integer> UNIX_SOCKET_MODE =
      fileMode(
              "unix_socket_mode",
              "Permissions of the file of a Unix socket, in octal such as \"660\"; not in Swoole,"
                  + " which leaves them to the umask, as is done unless set")
          .withScope(Scope.PORT);

  /** Whether small writes leave at once ({@code TCP_NODELAY}). */
  public static final Setting<Boolean> OPEN_TCP_NODELAY =
      bool("open_tcp_nodelay", true, "Send small writes at once (TCP_NODELAY)")
          .withScope(Scope.PORT);

  /**
   * How long a connection without data is kept from being accepted, in seconds; 0 is off; epoll
   * only.
   */
  public static final Setting<Integer> TCP_DEFER_ACCEPT =
      intSetting(
              "tcp_defer_accept",
              0,
              MAX_KEEPALIVE_SECONDS,
              0,
              "Accept a connection only with its first data, or after this time; 0 is off; epoll"
                  + " only")
          .withScope(Scope.PORT)
          .withUnit("seconds");

  /**
   * The length of the queue for connections that carry data in their first packet; 0 is off; epoll
   * only.
   */
  public static final Setting<Integer> TCP_FASTOPEN =
      intSetting(
              "tcp_fastopen", 0, 65_535, 0, "Queue length of TCP fast open; 0 is off; epoll only")
          .withScope(Scope.PORT);

  /**
   * How long sent data may stay unacknowledged, in milliseconds; 0 leaves it to the system; epoll
   * only.
   */
  public static final Setting<Integer> TCP_USER_TIMEOUT =
      intSetting(
              "tcp_user_timeout",
              0,
              Integer.MAX_VALUE,
              0,
              "Time that sent data may stay unacknowledged (TCP_USER_TIMEOUT); 0 leaves it to the"
                  + " system; epoll only")
          .withScope(Scope.PORT)
          .withUnit("milliseconds");

  /** Whether idle connections are probed ({@code SO_KEEPALIVE}). */
  public static final Setting<Boolean> OPEN_TCP_KEEPALIVE =
      bool(
              "open_tcp_keepalive",
              false,
              "Probe idle connections (SO_KEEPALIVE) with the three values below")
          .withScope(Scope.PORT);

  /** How long a connection is idle before the first probe, in seconds. */
  public static final Setting<Integer> TCP_KEEPIDLE =
      intSetting("tcp_keepidle", 1, MAX_KEEPALIVE_SECONDS, 3600, "Idle time before the first probe")
          .withScope(Scope.PORT)
          .withUnit("seconds");

  /** The time between two probes, in seconds. */
  public static final Setting<Integer> TCP_KEEPINTERVAL =
      intSetting("tcp_keepinterval", 1, MAX_KEEPALIVE_SECONDS, 60, "Time between two probes")
          .withScope(Scope.PORT)
          .withUnit("seconds");

  /** How many probes may stay unanswered before the connection is dropped. */
  public static final Setting<Integer> TCP_KEEPCOUNT =
      intSetting("tcp_keepcount", 1, 127, 5, "Unanswered probes before the connection is dropped")
          .withScope(Scope.PORT);

  /**
   * The kernel's receive buffer of a connection in bytes ({@code SO_RCVBUF}); 0 leaves it to the
   * system.
   */
  public static final Setting<Integer> KERNEL_SOCKET_RECV_BUFFER_SIZE =
      size(
              "kernel_socket_recv_buffer_size",
              0,
              Integer.MAX_VALUE,
              0,
              "Receive buffer in the kernel (SO_RCVBUF); 0 leaves it to the system")
          .withScope(Scope.PORT);

  /**
   * The kernel's send buffer of a connection in bytes ({@code SO_SNDBUF}); 0 leaves it to the
   * system.
   */
  public static final Setting<Integer> KERNEL_SOCKET_SEND_BUFFER_SIZE =
      size(
              "kernel_socket_send_buffer_size",
              0,
              Integer.MAX_VALUE,
              0,
              "Send buffer in the kernel (SO_SNDBUF); 0 leaves it to the system")
          .withScope(Scope.PORT);

  /**
   * How many bytes may wait for a client that reads slowly; above it send answers false with code
   * 1008.
   */
  public static final Setting<Integer> SOCKET_BUFFER_SIZE =
      size(
              "socket_buffer_size",
              1,
              Integer.MAX_VALUE,
              2 * MIB,
              "Bytes waiting for one client above which send fails with 1008")
          .withScope(Scope.PORT);

  /**
   * The number of waiting bytes from which a connection's output counts as full; 0 is four fifths
   * of {@link #SOCKET_BUFFER_SIZE}.
   */
  public static final Setting<Integer> BUFFER_HIGH_WATERMARK =
      size(
              "buffer_high_watermark",
              0,
              Integer.MAX_VALUE,
              0,
              "Bytes waiting for one client from which bufferFull is called; 0 is 80 % of"
                  + " socket_buffer_size")
          .withScope(Scope.PORT);

  /** The number of waiting bytes up to which a connection's output counts as empty again. */
  public static final Setting<Integer> BUFFER_LOW_WATERMARK =
      size(
              "buffer_low_watermark",
              0,
              Integer.MAX_VALUE,
              0,
              "Bytes waiting for one client up to which bufferEmpty is called after bufferFull")
          .withScope(Scope.PORT);

  /** How often silent clients are looked for and closed, in seconds; 0 is never. */
  public static final Setting<Integer> HEARTBEAT_CHECK_INTERVAL =
      intSetting(
              "heartbeat_check_interval",
              0,
              65_535,
              0,
              "Time between two searches for silent clients, which are closed; 0 is off")
          .withScope(Scope.PORT)
          .withUnit("seconds");

  /**
   * How long a client may send nothing, in seconds; 0 is {@link #HEARTBEAT_CHECK_INTERVAL}. Without
   * an interval it holds for {@code heartbeat()} alone.
   */
  public static final Setting<Integer> HEARTBEAT_IDLE_TIME =
      intSetting(
              "heartbeat_idle_time",
              0,
              65_535,
              0,
              "Time after which a client that sends nothing is closed by the heartbeat; 0 is"
                  + " heartbeat_check_interval; without an interval only heartbeat() regards it")
          .withScope(Scope.PORT)
          .withUnit("seconds");

  /** How long a connection may make no progress, in seconds; 0 is for ever. */
  public static final Setting<Double> MAX_IDLE_TIME =
      seconds(
              "max_idle_time",
              0,
              86_400,
              0,
              "Time after which a connection is dropped that moves no bytes, or whose client takes"
                  + " none of those waiting for it; 0 is off")
          .withScope(Scope.PORT);

  /** Whether every peer is a proxy that says first whom it speaks for; ours. */
  public static final Setting<Boolean> OPEN_PROXY_PROTOCOL =
      bool(
              "open_proxy_protocol",
              false,
              "Every connection begins with a header of the PROXY protocol, version 1 or 2, that"
                  + " names the client; not in Swoole")
          .withScope(Scope.PORT);

  /** The proxies that are believed; of effect with {@link #OPEN_PROXY_PROTOCOL}. */
  public static final Setting<List<String>> PROXY_TRUSTED =
      stringList(
              "proxy_trusted",
              "Addresses and ranges (10.0.0.0/8) of the proxies, with open_proxy_protocol; others"
                  + " are refused; not in Swoole")
          .withScope(Scope.PORT);

  /** How long a proxy may take for its header, in seconds. */
  public static final Setting<Double> PROXY_HEADER_TIME =
      seconds(
              "proxy_header_time",
              0.001,
              3600,
              5,
              "Time that a proxy has for its header, with open_proxy_protocol; not in Swoole")
          .withScope(Scope.PORT);

  /** Whether data is delivered only when it ends with {@link #PACKAGE_EOF}. */
  public static final Setting<Boolean> OPEN_EOF_CHECK =
      bool(
              "open_eof_check",
              false,
              "Deliver data only once it ends with package_eof, possibly several packets together")
          .withScope(Scope.PROTOCOL);

  /** Whether data is delivered one packet at a time, each ending with {@link #PACKAGE_EOF}. */
  public static final Setting<Boolean> OPEN_EOF_SPLIT =
      bool(
              "open_eof_split",
              false,
              "Deliver one packet at a time, each ending with package_eof; holds without"
                  + " open_eof_check too")
          .withScope(Scope.PROTOCOL);

  /** What a packet ends with, each character one byte (ISO-8859-1). */
  public static final Setting<String> PACKAGE_EOF =
      byteString(
              "package_eof",
              1,
              8,
              "\r\n\r\n",
              "End of a packet; text of one byte per character (ISO-8859-1), or byte[]")
          .withScope(Scope.PROTOCOL);

  /** Whether packets have their length in a header. */
  public static final Setting<Boolean> OPEN_LENGTH_CHECK =
      bool(
              "open_length_check",
              false,
              "Deliver one packet at a time, its length given in its header")
          .withScope(Scope.PROTOCOL);

  /** How the length is written in the header. */
  public static final Setting<LengthType> PACKAGE_LENGTH_TYPE =
      enumSetting(
              "package_length_type",
              LengthType.class,
              type -> Character.toString(type.code()),
              LengthType.UINT32_NETWORK,
              "Width, sign and byte order of the length in the header")
          .withScope(Scope.PROTOCOL);

  /** Where in the header the length is, in bytes. */
  public static final Setting<Integer> PACKAGE_LENGTH_OFFSET =
      intSetting("package_length_offset", 0, 65_535, 0, "Position of the length in the header")
          .withScope(Scope.PROTOCOL)
          .withUnit("bytes");

  /** What is added to the length for that of the whole packet, in bytes. */
  public static final Setting<Integer> PACKAGE_BODY_OFFSET =
      intSetting(
              "package_body_offset",
              0,
              65_535,
              4,
              "Where the body begins; added to the length, so 0 when the length counts the whole"
                  + " packet")
          .withAliases("package_body_start")
          .withScope(Scope.PROTOCOL)
          .withUnit("bytes");

  /** Tells the length of a packet instead of a field in its header. */
  public static final Setting<PackageLengthFunction> PACKAGE_LENGTH_FUNC =
      function(
          "package_length_func",
          PackageLengthFunction.class,
          Scope.PROTOCOL,
          "Answers the length of the packet from its first bytes, with open_length_check: total"
              + " length, 0 for more data, -1 to close");

  /** Whether packets are MQTT control packets: each is delivered whole, fixed header included. */
  public static final Setting<Boolean> OPEN_MQTT_PROTOCOL =
      bool(
              "open_mqtt_protocol",
              false,
              "Split into MQTT control packets, one a receive event; EOF and length checks and"
                  + " protocols such as HTTP win over it")
          .withScope(Scope.PROTOCOL);

  /**
   * The longest packet in bytes, header and end mark included; a longer one closes its connection.
   * Swoole silently raises values below 64 KiB, here they hold exactly.
   */
  public static final Setting<Integer> PACKAGE_MAX_LENGTH =
      size(
              "package_max_length",
              1,
              MAX_ARRAY,
              2 * MIB,
              "Longest packet; a longer one closes its connection; values below 64K hold exactly,"
                  + " where Swoole raises them")
          .withScope(Scope.PORT);

  /**
   * The PEM file with the certificate of a port with TLS, and the chain behind it; its key may be
   * in it too.
   */
  public static final Setting<String> SSL_CERT_FILE =
      string(
              "ssl_cert_file",
              "",
              "PEM file with the certificate and its chain; needed on ports with TLS")
          .withScope(Scope.PORT);

  /** The PEM file with the private key; unless set it is looked for in the certificate's file. */
  public static final Setting<String> SSL_KEY_FILE =
      string(
              "ssl_key_file",
              "",
              "PEM file with the private key (PKCS#1, SEC1 or PKCS#8); unless set, ssl_cert_file")
          .withScope(Scope.PORT);

  /** What the private key is encrypted with. */
  public static final Setting<String> SSL_PASSPHRASE =
      string("ssl_passphrase", "", "Passphrase of an encrypted private key").withScope(Scope.PORT);

  /** Certificates for clients that ask for a certain name. */
  public static final Setting<Map<String, Object>> SSL_SNI_CERTS =
      map(
              "ssl_sni_certs",
              "Certificates by host name, *.example.com too: each a map of ssl_* settings, with ssl_cert_file at least; what it does not have holds as on the port")
          .withScope(Scope.PORT);

  /** One version of TLS; the older way to say it. */
  public static final Setting<SslMethod> SSL_METHOD =
      enumSetting(
              "ssl_method",
              SslMethod.class,
              method -> Integer.toString(method.number()),
              SslMethod.SSLV23_METHOD,
              "One version of TLS, as Swoole had it before ssl_protocols, which wins")
          .withScope(Scope.PORT);

  /** The versions of TLS that are offered. */
  public static final Setting<Set<SslProtocol>> SSL_PROTOCOLS =
      flags(
              "ssl_protocols",
              SslProtocol.class,
              SslProtocol::bit,
              "Versions of TLS; 0 is TLS 1.2 and 1.3")
          .withScope(Scope.PORT);

  /** The suites that are offered, in OpenSSL's language. */
  public static final Setting<String> SSL_CIPHERS =
      string(
              "ssl_ciphers",
              "EECDH+AESGCM:EDH+AESGCM:AES256+EECDH:AES256+EDH",
              "Suites below TLS 1.3 as a cipher string of OpenSSL, whose names of suites or the standard ones; empty leaves the choice to the provider")
          .withScope(Scope.PORT);

  /** Whose order of suites counts. */
  public static final Setting<Boolean> SSL_PREFER_SERVER_CIPHERS =
      bool(
              "ssl_prefer_server_ciphers",
              true,
              "The server's order of suites counts, not the client's")
          .withScope(Scope.PORT);

  /** The curves for the key exchange. */
  public static final Setting<String> SSL_ECDH_CURVE =
      string(
              "ssl_ecdh_curve",
              "auto",
              "Curves with colons between, such as X25519:prime256v1; with the JDK's TLS only since Java 20")
          .withScope(Scope.PORT);

  /** A file with parameters of Diffie and Hellman; of no effect here. */
  public static final Setting<String> SSL_DHPARAM =
      string(
              "ssl_dhparam",
              "",
              "Without effect: the JDK brings parameters of its own (RFC 7919), BoringSSL has no such exchange")
          .withScope(Scope.PORT);

  /** Compression within TLS; of no effect here. */
  public static final Setting<Boolean> SSL_COMPRESS =
      bool(
              "ssl_compress",
              false,
              "Without effect: no provider compresses, which would give secrets away")
          .withScope(Scope.PORT);

  /** Whether clients may resume sessions by tickets. */
  public static final Setting<Boolean> SSL_SESSION_TICKETS =
      bool(
              "ssl_session_tickets",
              true,
              "Clients may resume sessions by tickets; can be turned off with ssl_provider openssl")
          .withScope(Scope.PORT);

  /** Whether clients have to present a certificate. */
  public static final Setting<Boolean> SSL_VERIFY_PEER =
      bool(
              "ssl_verify_peer",
              false,
              "Clients have to present a certificate that verifies against ssl_client_cert_file, ssl_cafile or ssl_capath")
          .withScope(Scope.PORT);

  /** Whether clients may present a certificate that they signed themselves. */
  public static final Setting<Boolean> SSL_ALLOW_SELF_SIGNED =
      bool(
              "ssl_allow_self_signed",
              false,
              "With ssl_verify_peer, a certificate that its owner signed will do")
          .withScope(Scope.PORT);

  /** The authorities whose certificates clients are asked for. */
  public static final Setting<String> SSL_CLIENT_CERT_FILE =
      string(
              "ssl_client_cert_file",
              "",
              "PEM file with authorities for client certificates; without ssl_verify_peer clients are asked, but not verified")
          .withScope(Scope.PORT);

  /** More authorities. */
  public static final Setting<String> SSL_CAFILE =
      string("ssl_cafile", "", "PEM file with more authorities for ssl_verify_peer")
          .withScope(Scope.PORT);

  /** A directory with more authorities. */
  public static final Setting<String> SSL_CAPATH =
      string("ssl_capath", "", "Directory of PEM files with more authorities for ssl_verify_peer")
          .withScope(Scope.PORT);

  /** How long the chain of a client may be. */
  public static final Setting<Integer> SSL_VERIFY_DEPTH =
      intSetting(
              "ssl_verify_depth",
              0,
              255,
              0,
              "Authorities that may stand between a client and a known one; 0 is any number")
          .withScope(Scope.PORT);

  /** Who does the cryptography. */
  public static final Setting<String> SSL_PROVIDER =
      choice(
              "ssl_provider",
              List.of("auto", "jdk", "openssl"),
              "auto",
              "auto: BoringSSL if netty-tcnative is on the class path, else the JDK")
          .withScope(Scope.PORT);

  /** How long the handshake may take as a whole, in seconds. */
  public static final Setting<Double> SSL_HANDSHAKE_TIMEOUT =
      seconds(
              "ssl_handshake_timeout",
              0.1,
              3600,
              10,
              "A client whose handshake is not done by then is dropped")
          .withScope(Scope.PORT);

  private static final List<Setting<?>> ALL =
      List.of(
          REACTOR_NUM,
          WORKER_NUM,
          TASK_WORKER_NUM,
          MAX_QUEUED_TASKS,
          TASK_IPC_MODE,
          MESSAGE_QUEUE_KEY,
          TASK_TMPDIR,
          TASK_CLASSES,
          EVENT_OBJECT,
          TASK_USE_OBJECT,
          TASK_ENABLE_COROUTINE,
          ENABLE_COROUTINE,
          MAX_COROUTINE,
          MAX_CONNECTION,
          MAX_CONNECTIONS_PER_IP,
          MAX_ACCEPT_RATE,
          DISPATCH_MODE,
          BUFFER_OUTPUT_SIZE,
          MAX_QUEUED_BYTES,
          SEND_YIELD,
          SEND_TIMEOUT,
          ENABLE_DELAY_RECEIVE,
          WAIT_FOR_BIND,
          ENABLE_UNSAFE_EVENT,
          DISCARD_TIMEOUT_REQUEST,
          START_SESSION_ID,
          MAX_WAIT_TIME,
          MAX_REQUEST,
          MAX_REQUEST_GRACE,
          TASK_MAX_REQUEST,
          TASK_MAX_REQUEST_GRACE,
          RELOAD_ASYNC,
          BLOCKED_CALLBACK_TIME,
          CLOSE_STALL_TIME,
          ENABLE_REUSE_PORT,
          LOG_LEVEL,
          LOG_FILE,
          LOG_ROTATION,
          LOG_DATE_FORMAT,
          LOG_DATE_WITH_MICROSECONDS,
          REQUEST_SLOWLOG_FILE,
          REQUEST_SLOWLOG_TIMEOUT,
          STATS_FILE,
          STATS_TIMER_INTERVAL,
          TRANSPORT,
          DAEMONIZE,
          USER,
          GROUP,
          CHROOT,
          PID_FILE,
          OPEN_CPU_AFFINITY,
          CPU_AFFINITY_IGNORE,
          BACKLOG,
          UNIX_SOCKET_MODE,
          OPEN_TCP_NODELAY,
          TCP_DEFER_ACCEPT,
          TCP_FASTOPEN,
          TCP_USER_TIMEOUT,
          OPEN_TCP_KEEPALIVE,
          TCP_KEEPIDLE,
          TCP_KEEPINTERVAL,
          TCP_KEEPCOUNT,
          KERNEL_SOCKET_RECV_BUFFER_SIZE,
          KERNEL_SOCKET_SEND_BUFFER_SIZE,
          SOCKET_BUFFER_SIZE,
          BUFFER_HIGH_WATERMARK,
          BUFFER_LOW_WATERMARK,
          HEARTBEAT_CHECK_INTERVAL,
          HEARTBEAT_IDLE_TIME,
          MAX_IDLE_TIME,
          OPEN_PROXY_PROTOCOL,
          PROXY_TRUSTED,
          PROXY_HEADER_TIME,
          OPEN_EOF_CHECK,
          OPEN_EOF_SPLIT,
          PACKAGE_EOF,
          OPEN_LENGTH_CHECK,
          PACKAGE_LENGTH_TYPE,
          PACKAGE_LENGTH_OFFSET,
          PACKAGE_BODY_OFFSET,
          PACKAGE_LENGTH_FUNC,
          OPEN_MQTT_PROTOCOL,
          PACKAGE_MAX_LENGTH,
          SSL_CERT_FILE,
          SSL_KEY_FILE,
          SSL_PASSPHRASE,
          SSL_SNI_CERTS,
          SSL_METHOD,
          SSL_PROTOCOLS,
          SSL_CIPHERS,
          SSL_PREFER_SERVER_CIPHERS,
          SSL_ECDH_CURVE,
          SSL_DHPARAM,
          SSL_COMPRESS,
          SSL_SESSION_TICKETS,
          SSL_VERIFY_PEER,
          SSL_ALLOW_SELF_SIGNED,
          SSL_CLIENT_CERT_FILE,
          SSL_CAFILE,
          SSL_CAPATH,
          SSL_VERIFY_DEPTH,
          SSL_PROVIDER,
          SSL_HANDSHAKE_TIMEOUT);

  private Settings() {}

  /**
   * Returns every setting of this class.
   *
   * @return the settings, those of the server first
   */
  public static List<Setting<?>> all() {
    return ALL;
  }

  private static int defaultMaxConnection() {
    long limit = OpenFileLimit.read().orElse(Long.MAX_VALUE);
    return (int) Math.max(1, Math.min(100_000, limit));
  }
}
