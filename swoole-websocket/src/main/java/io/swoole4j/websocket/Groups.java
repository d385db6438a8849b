// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import java.util.Set;

/**
 * Names for sets of clients: groups, such as the rooms of a chat, and users, who may have several
 * clients. Swoole has nothing like it. From any thread; nothing waits for a client but where {@code
 * send_yield} is set.
 *
 * <p>A client belongs to whatever it was put into until it is taken out or its connection has
 * ended; a group is there as long as somebody is in it. A push costs what sending to the members
 * costs, however many others there are: the frame is encoded once. It goes to those who are members
 * while it runs; who comes or goes meanwhile gets it or not.
 *
 * <p>Names and frames are all that goes in and out, and counts are of this server's clients, so
 * that the same can be done across machines.
 */
public interface Groups {
  /** In how many groups a client can be. */
  int MAX_GROUPS = 1024;

  /**
   * Puts a client into a group.
   *
   * @param fd the session id
   * @param group the group's name
   * @return true also if it was in it; false when there is no WebSocket connection of that id, see
   *     {@link WebSockets}, or with 505 when it is in {@link #MAX_GROUPS} groups
   * @throws IllegalArgumentException if the name is empty
   */
  boolean joinGroup(long fd, String group);

  /**
   * Takes a client out of a group.
   *
   * @param fd the session id
   * @param group the group's name
   * @return whether it was in it
   */
  boolean leaveGroup(long fd, String group);

  /**
   * Who is in a group.
   *
   * @param group the group's name
   * @return session ids, in no order; a set of its own
   */
  Set<Long> groupMembers(String group);

  /**
   * Sends a text message to a group.
   *
   * @param group the group's name
   * @param text the text
   * @param except session ids of members that do not get it
   * @return for how many it was accepted
   */
  default int pushToGroup(String group, String text, long... except) {
    return pushToGroup(group, new Frame(text), except);
  }

  /**
   * Sends a frame to a group, to each member as {@link WebSockets#push(long, Frame)} does.
   *
   * @param group the group's name
   * @param frame the frame
   * @param except session ids of members that do not get it
   * @return for how many it was accepted
   */
  int pushToGroup(String group, Frame frame, long... except);

  /**
   * Makes a client one of a user's, and of no other user's.
   *
   * @param fd the session id
   * @param user the user's name
   * @return false when there is no WebSocket connection of that id, see {@link WebSockets}
   * @throws IllegalArgumentException if the name is empty
   */
  boolean bindUser(long fd, String user);

  /**
   * Sends a text message to all clients of a user.
   *
   * @param user the user's name
   * @param text the text
   * @return for how many it was accepted
   */
  default int pushToUser(String user, String text) {
    return pushToUser(user, new Frame(text));
  }

  /**
   * Sends a frame to all clients of a user.
   *
   * @param user the user's name
   * @param frame the frame
   * @return for how many it was accepted
   */
  int pushToUser(String user, Frame frame);

  /**
   * Whether a user has a client to which something can be pushed.
   *
   * @param user the user's name
   * @return false also for a user that was never heard of
   */
  boolean isOnline(String user);
}
