/* SPDX-License-Identifier: Apache-2.0
 *
 * stream: buffers below libmilter's connections. libmilter asks with poll(2) before each head and
 * each body of a packet and reads them apart (96 calls for a small mail), and writes each edit at
 * once, which wakes the MTA each time. This file defines accept, poll, read, writev, close and the
 * other calls that write for the whole program; they act on connections that were accepted, and
 * pass all others on to the kernel. What libmilter sees is what it would see of a kernel with
 * larger buffers:
 *
 * - read: as many packets as have come are read at once; poll says "readable" while some are left.
 * - writev: edits (commands + - 2 b e h i m q of the milter protocol) are gathered; any other reply
 * sends them and itself in one write. A connection that ends before drops them: the MTA never sees
 * half of them followed by a good end.
 * - write, send, sendto, sendmsg, sendmmsg, sendfile, dup, writev of many parts (today's libmilter
 * replies by writev alone): what was gathered goes out first, so that no reply can overtake its
 * edits, whatever it is written with; they fail where it could not be sent.
 * - poll for 1 ms, by which libmilter decides whether a thread leaves a connection to its poller,
 *   waits longer: to wait costs nothing, to change threads four wake-ups.
 *
 * A libmilter that asks in another way than by poll(2) is not read ahead for.
 *
 * Process: mugai-milter only. Trust: no byte is interpreted but the command of our own replies. A
 * connection belongs to one thread at a time, as in libmilter.
 */
#pragma once

#include <stdbool.h>

/* mugai_stream_flush:
 * Send the edits that this thread gathered last. Returns: false when the MTA did not take them or
 * the connection is broken; every later write to it fails.
 */
bool mugai_stream_flush (void);
