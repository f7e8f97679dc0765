/* SPDX-License-Identifier: Apache-2.0
 *
 * cms: what a Cryptographic Message Syntax object (RFC 5652; RFC 3274, RFC 5083) is, and the
 * content that it holds in the clear. No signature is checked.
 *
 * Process: the walk. Trust: input is hostile. libc and zlib. What two readers could take for
 * different contents (bytes behind the object, two contents) is broken.
 */
#pragma once

#include "common/buffer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum CmsKind {
    CMS_BROKEN,
    CMS_SIGNED,       /* with its content */
    CMS_DETACHED,     /* a signature without its content */
    CMS_CERTIFICATES, /* neither content nor signature */
    CMS_COMPRESSED,
    CMS_DATA,      /* plain content, neither signed nor encrypted */
    CMS_ENCRYPTED, /* enveloped, encrypted, authenticated-enveloped */
    CMS_OTHER,     /* a kind with no use in mail: digested, authenticated */
} CmsKind;

typedef struct Cms {
    CmsKind kind;
    MugaiBuffer content; /* owned; clear it whatever the kind */
    unsigned signers;
    bool limit; /* broken, because the content would have been larger than allowed */
} Cms;

/* @data: DER or BER, or base64 of it with or without the lines of PEM (RFC 7468). @max: bytes of
 * content. */
Cms cms_read (const void *data, size_t size, size_t max);
