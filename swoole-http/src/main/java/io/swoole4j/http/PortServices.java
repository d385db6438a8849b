// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import io.swoole4j.internal.http.coding.CompressionRules;
import io.swoole4j.internal.http.files.StaticFiles;
import io.swoole4j.internal.http.log.AccessLog;
import io.swoole4j.spi.http.UpgradePort;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a port does for the request handler. Immutable.
 *
 * @param parsing what of requests is parsed
 * @param compression when responses are compressed
 * @param files the static files, null if there are none
 * @param admission how many requests the server takes at a time
 * @param log the access log, null if there is none
 * @param upgrade the protocol that connections can change to, null if there is none
 * @param typeOf tells the media type of a file name
 */
record PortServices(
    ParseRules parsing,
    CompressionRules compression,
    @Nullable StaticFiles files,
    Admission admission,
    @Nullable AccessLog log,
    @Nullable UpgradePort upgrade,
    UnaryOperator<String> typeOf) {

  /** Whether requests that ask for the other protocol are its, not the request handler's. */
  boolean upgrades() {
    return upgrade != null && upgrade.isEnabled();
  }
}
