// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/**
 * What can be given to {@code on}: every event has a functional interface of its own that extends
 * this one. An object may implement several.
 */
public interface EventHandler {}
