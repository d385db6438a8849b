// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

/**
 * What of requests is parsed. Immutable.
 *
 * @param cookies whether cookies are
 * @param post whether forms are
 */
record ParseRules(boolean cookies, boolean post) {}
