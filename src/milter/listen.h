/* SPDX-License-Identifier: Apache-2.0
 *
 * listen: the address on which the milter waits for the MTA: its words, and the safe removal of
 * what a dead one left. Process: mugai-milter, before libmilter starts. Trust: the administrator's
 * words.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct MugaiListen {
    char spec[160]; /* as smfi_setconn() takes it */
    char path[108]; /* of a Unix socket; "" for inet */
} MugaiListen;

/* mugai_listen_parse:
 * "unix:PATH" (absolute) or "inet:PORT@127.0.0.1" ("inet6:PORT@::1"). Only loopback: the protocol
 * knows no password.
 * @why: one line with the remedy when false.
 */
bool mugai_listen_parse (const char *text, MugaiListen *ret, char *why, size_t room);

/* mugai_listen_clear_way:
 * Remove the socket file of a milter that is gone. Refuses when somebody answers there, or when the
 * path is no socket. Returns: true when the address is free. @why: one line with the remedy when
 * false.
 */
bool mugai_listen_clear_way (const MugaiListen *listen, char *why, size_t room);
