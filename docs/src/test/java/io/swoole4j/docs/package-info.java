// SPDX-License-Identifier: Apache-2.0
/** Proof of what the documentation says, and that the published artifacts work for a user. */
@NullMarked
package io.swoole4j.docs;

import org.jspecify.annotations.NullMarked;
