// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.setting;

import java.util.Map;
import java.util.Set;

/**
 * The names of settings that are not in every registry, so that none of them is taken for a
 * misspelling: Swoole's that this library does not have, and those of artifacts that are missing. A
 * setting that is declared takes precedence over its name here.
 */
final class KnownKeys {

  /** Settings that Swoole has and a later version may offer. */
  static final Set<String> NOT_OFFERED =
      Set.of(
          "admin_server",
          "aio_core_worker_num",
          "aio_max_idle_time",
          "aio_max_wait_time",
          "aio_worker_num",
          "bootstrap",
          "c_stack_size",
          "debug_mode",
          "dispatch_func",
          "display_errors",
          "dns_cache_capacity",
          "dns_cache_expire",
          "dns_cache_refresh_time",
          "dns_lookup_random",
          "dns_server",
          "enable_deadlock_check",
          "enable_preemptive_scheduler",
          "enable_signalfd",
          "exit_condition",
          "hook_flags",
          "init_arguments",
          "iouring_entries",
          "iouring_flag",
          "iouring_workers",
          "max_thread_num",
          "min_thread_num",
          "name_resolver",
          "open_redis_protocol",
          "print_backtrace_on_error",
          "socket_connect_timeout",
          "socket_dns_timeout",
          "socket_read_timeout",
          "socket_recv_timeout",
          "socket_send_timeout",
          "socket_timeout",
          "socket_write_timeout",
          "stack_size",
          "thread_num",
          "trace_flags",
          "use_async_resolver",
          "wait_signal",
          "websocket_mask");

  /** Settings that the artifact swoole-http declares. */
  private static final Set<String> OF_HTTP =
      Set.of(
          "compression_level",
          "compression_min_length",
          "compression_types",
          "document_root",
          "enable_static_handler",
          "http2_enable_push",
          "http2_header_table_size",
          "http2_init_window_size",
          "http2_max_concurrent_streams",
          "http2_max_frame_size",
          "http2_max_header_list_size",
          "http2_max_headers",
          "http_access_log",
          "http_access_log_format",
          "http_autoindex",
          "http_body_decompression",
          "http_body_min_rate",
          "http_body_timeout",
          "http_compression",
          "http_compression_level",
          "http_compression_min_length",
          "http_compression_types",
          "http_gzip_level",
          "http_header_timeout",
          "http_index_files",
          "http_keepalive_timeout",
          "http_max_header_size",
          "http_max_headers",
          "http_max_pipeline",
          "http_parse_cookie",
          "http_parse_files",
          "http_parse_post",
          "http_write_timeout",
          "max_concurrency",
          "open_http2_protocol",
          "open_http_protocol",
          "static_handler_follow_symlinks",
          "static_handler_locations",
          "static_handler_precompressed",
          "upload_max_filesize",
          "upload_tmp_dir",
          "url_rewrite_rules",
          "worker_max_concurrency");

  /** Settings that the artifact swoole-websocket declares. */
  private static final Set<String> OF_WEBSOCKET =
      Set.of(
          "open_websocket_close_frame",
          "open_websocket_ping_frame",
          "open_websocket_pong_frame",
          "open_websocket_protocol",
          "websocket_compression",
          "websocket_http2",
          "websocket_idle_timeout",
          "websocket_max_control_frames",
          "websocket_max_fragments",
          "websocket_message_timeout",
          "websocket_ping_interval",
          "websocket_slow_client",
          "websocket_subprotocol");

  /** Settings that a protocol declares, by the name of the artifact that has to be there. */
  static final Map<String, Set<String>> OF_ARTIFACTS =
      Map.of("swoole-http", OF_HTTP, "swoole-websocket", OF_WEBSOCKET);

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
