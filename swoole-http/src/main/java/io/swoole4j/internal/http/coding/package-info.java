// SPDX-License-Identifier: Apache-2.0

/** Content codings: which one a client takes, compressing what is sent, inflating what arrives. */
@NullMarked
package io.swoole4j.internal.http.coding;

import org.jspecify.annotations.NullMarked;
