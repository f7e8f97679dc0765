/* SPDX-License-Identifier: Apache-2.0
 *
 * front: the supervisor's socket: front ends hand in items and get outcomes, the command line
 * reloads and asks for status. Server of wire/front.h. Process: mugaid. Trust: peers are our own
 * programs, their items are hostile.
 */
#pragma once

#include "pool/pool.h"

typedef struct MugaiFront MugaiFront;

typedef struct MugaiFrontCalls {
    void *data;
    /* Load the rules again; fill @ret. */
    void (*reload) (void *data, MugaiReloaded *ret);
    /* Returns: (transfer full) status as JSON text. */
    char *(*status) (void *data);
} MugaiFrontCalls;

/* @path: of the Unix socket; a stale one is replaced. Errors: MUGAI_ERROR_USAGE: in use, or the
 * folder is missing. */
MugaiFront *mugai_front_new (MugaiLoop *loop, MugaiPool *pool, const char *path,
                             const MugaiFrontCalls *calls, GError **error);
/* Take no more items: answer TRY_AGAIN from now on. */
void mugai_front_drain (MugaiFront *front);
void mugai_front_free (MugaiFront *front);
