// SPDX-License-Identifier: Apache-2.0

/** What clients send in names and values: queries, forms and cookies, read as PHP reads them. */
@NullMarked
package io.swoole4j.internal.http.form;

import org.jspecify.annotations.NullMarked;
