/* SPDX-License-Identifier: Apache-2.0
 *
 * host: where a web address really leads: user name, percent signs, wide letters, numbers written
 * as one and internationalized labels seen through. Process: the walk. Trust: input is hostile.
 * libc only. Source: RFC 3986 3.2; WHATWG URL 3.5 (IPv4 parser); RFC 3492; Unicode TR39 (the idea).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum {
    HOST_ASCII = 256,   /* bytes with NUL; a name has 253 at most */
    HOST_LETTERS = 768, /* bytes with NUL */
    HOST_LOOK = 512,    /* bytes of an authority that are looked at */
};

typedef struct Host {
    char ascii[HOST_ASCII]; /* as it is asked for: lower case, xn--, 192.0.2.1; "": unreadable */
    char letters[HOST_LETTERS]; /* with letters beyond ASCII; "": there are none */
    bool number;                /* an IPv4 address */
    bool user;                  /* a user name stands before it */
    bool disguised;             /* written in a way that hides it: percent signs, wide letters,
                                   an address as one number */
    bool imitates;              /* letters of several scripts, or such as look like ASCII ones */
} Host;

/* @text: borrowed, @size bytes: [user@]host[:port], as it stands in the address. */
void host_read (const char *text, size_t size, Host *ret);

/* Are both of one owner: the same name, or the same below "example.jp" or "example.co.jp"? ASCII
 * names in lower case. */
bool host_same_owner (const char *a, const char *b);

/* Is @host the domain @domain (@size bytes, any case) or below it? */
bool host_below (const char *host, const char *domain, size_t size);
