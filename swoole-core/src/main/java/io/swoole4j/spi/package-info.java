// SPDX-License-Identifier: Apache-2.0

/**
 * Where others plug in: protocols for ports, user processes and the operating-system services that
 * the JVM does not offer. The only public package that names Netty's types.
 */
@NullMarked
package io.swoole4j.spi;

import org.jspecify.annotations.NullMarked;
