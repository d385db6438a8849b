// SPDX-License-Identifier: Apache-2.0

/**
 * The options of a server and of its ports: one typed constant each, from which the checking of
 * values, the map style, the messages and the generated table of all options are derived.
 */
@NullMarked
package io.swoole4j.setting;

import org.jspecify.annotations.NullMarked;
