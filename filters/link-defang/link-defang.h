/* SPDX-License-Identifier: Apache-2.0
 *
 * link-defang: no address in a text that a mail program makes clickable but those of the web and of
 * mail; these as the site wants them. Pure; idempotent; linear. Process: the walk. Trust: input is
 * hostile. libc only.
 */
#pragma once

#include "common/buffer.h"

typedef enum MugaiLinkForm {
    MUGAI_LINK_SHOW,   /* http, https and mailto stay */
    MUGAI_LINK_DEFANG, /* hxxps://host[.]example/path */
    MUGAI_LINK_DROP,   /* a remark in their place */
} MugaiLinkForm;

typedef struct MugaiLinkOptions {
    MugaiLinkForm form;
    bool japanese; /* language of the remark */
} MugaiLinkOptions;

typedef struct MugaiLinkStats {
    uint64_t links;  /* http, https */
    uint64_t broken; /* addresses of other schemes, UNC paths: broken up */
    uint64_t data;   /* data: URIs shortened */
    uint64_t idn;    /* hosts with letters beyond ASCII, in either form */
} MugaiLinkStats;

/* mugai_link_defang:
 * @utf8: borrowed, @size bytes of clean text. @out: what fits below its bound is appended. @stats:
 * set; may be NULL. In every form: file:///x becomes file[:]///x, \\host\share [\\]host\share; what
 * data: URIs hold is left out. Returns: 0; -ENOMEM.
 */
int mugai_link_defang (const void *utf8, size_t size, const MugaiLinkOptions *options,
                       MugaiBuffer *out, MugaiLinkStats *stats);
