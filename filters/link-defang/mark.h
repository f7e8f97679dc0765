/* SPDX-License-Identifier: Apache-2.0
 *
 * mark: the remark behind a web address that says where it really leads. Process: the walk. Trust:
 * input is hostile. libc only.
 */
#pragma once

#include "common/buffer.h"
#include "link-defang/host.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct Address { /* a web or mail address in a text */
    size_t start;        /* of its scheme, or of "www." */
    size_t host;         /* of its authority */
    size_t host_size;
    size_t end;   /* behind its last character */
    bool bracket; /* "<" stands before it and ">" at its end */
} Address;

/* address_read:
 * @host: where the authority begins in @text (of @size bytes). How far the address goes is bounded
 * by white space, quotes and brackets; sentence marks at its end do not belong to it.
 */
Address address_read (const char *text, size_t size, size_t start, size_t host);

/* Does the text before the "<" of @address name a host of another owner than @host? */
bool address_deceives (const char *text, const Address *address, const Host *host);

/* Does the text before the "<" of a mail address hold one of another domain than @host? */
bool address_other_mail (const char *text, const Address *address, const Host *host);

/* mark_make:
 * @defang: dots in brackets. @out: appended: the remark, or nothing when there is nothing to say.
 */
void mark_make (const Host *host, bool deceives, bool defang, bool japanese, MugaiBuffer *out);
