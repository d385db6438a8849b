// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.setting;

import java.util.Set;

/**
 * The names of Swoole's settings that this library does not have, so that none of them is taken for
 * a misspelling. A setting that is declared takes precedence over its name here.
 */
final class KnownKeys {

  /** Settings that Swoole has and a protocol or a later version may offer. */
  static final Set<String> NOT_OFFERED =
      Set.of(
          "admin_server",
          "aio_core_worker_num",
          "aio_max_idle_time",
          "aio_max_wait_time",
          "aio_worker_num",
          "bootstrap",
          "c_stack_size",
          "compression_level",
          "compression_min_length",
          "compression_types",
          "debug_mode",
          "dispatch_func",
          "display_errors",
          "dns_cache_capacity",
          "dns_cache_expire",
          "dns_cache_refresh_time",
          "dns_lookup_random",
          "dns_server",
          "document_root",
          "enable_coroutine",
          "enable_deadlock_check",
          "enable_preemptive_scheduler",
          "enable_signalfd",
          "enable_static_handler",
          "exit_condition",
          "hook_flags",
          "http_autoindex",
          "http_compression",
          "http_compression_level",
          "http_compression_min_length",
          "http_compression_types",
          "http_gzip_level",
          "http_index_files",
          "http_parse_cookie",
          "http_parse_files",
          "http_parse_post",
          "init_arguments",
          "iouring_entries",
          "iouring_flag",
          "iouring_workers",
          "max_concurrency",
          "max_coro_num",
          "max_coroutine",
          "max_thread_num",
          "min_thread_num",
          "name_resolver",
          "open_http_protocol",
          "open_redis_protocol",
          "open_websocket_close_frame",
          "open_websocket_ping_frame",
          "open_websocket_pong_frame",
          "open_websocket_protocol",
          "print_backtrace_on_error",
          "socket_connect_timeout",
          "socket_dns_timeout",
          "socket_read_timeout",
          "socket_recv_timeout",
          "socket_send_timeout",
          "socket_timeout",
          "socket_write_timeout",
          "stack_size",
          "static_handler_locations",
          "thread_num",
          "trace_flags",
          "upload_max_filesize",
          "upload_tmp_dir",
          "url_rewrite_rules",
          "use_async_resolver",
          "wait_signal",
          "websocket_compression",
          "websocket_mask",
          "websocket_subprotocol",
          "worker_max_concurrency");

  /** Settings that Swoole itself has removed, accepted without effect. */
  static final Set<String> REMOVED =
      Set.of(
          "aio_mode",
          "heartbeat_ping",
          "heartbeat_pong",
          "pipe_buffer_size",
          "poll_thread_num",
          "socket_dontwait",
          "ssl_stapling",
          "task_async",
          "trace_event_worker",
          "writer_num");

  /** Settings of Swoole's inner workings that nothing here corresponds to, accepted as well. */
  static final Set<String> WITHOUT_EFFECT =
      Set.of("buffer_input_size", "input_buffer_size", "single_thread");

  private KnownKeys() {}
}
