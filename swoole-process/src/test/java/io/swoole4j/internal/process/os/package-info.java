// SPDX-License-Identifier: Apache-2.0

/** Tests of the operating-system services, most of them with servers in JVMs of their own. */
@NullMarked
package io.swoole4j.internal.process.os;

import org.jspecify.annotations.NullMarked;
