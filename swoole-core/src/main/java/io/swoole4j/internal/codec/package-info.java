// SPDX-License-Identifier: Apache-2.0
/**
 * Splits the byte stream of a connection into packets: by an end mark, by a length field, by a
 * length function, by MQTT's fixed header, or not at all. Nothing here knows of servers, workers or
 * channels.
 */
@NullMarked
package io.swoole4j.internal.codec;

import org.jspecify.annotations.NullMarked;
