// SPDX-License-Identifier: Apache-2.0

/** TLS for stream ports: certificates and keys, cipher strings, contexts, and the handshake. */
@NullMarked
package io.swoole4j.internal.tls;

import org.jspecify.annotations.NullMarked;
