/* SPDX-License-Identifier: Apache-2.0
 *
 * link-defang: no address in a text that a mail program makes clickable but those of the web and of
 * mail; these as the site wants them, and with a remark where they lead elsewhere than they seem
 * to. Pure; idempotent; linear. Process: the walk. Trust: input is hostile. libc only. The rules:
 * SPEC.md.
 */
#pragma once

#include "common/buffer.h"

typedef enum MugaiLinkForm {
    MUGAI_LINK_SHOW,   /* http, https and mailto stay */
    MUGAI_LINK_DEFANG, /* hxxps://host[.]example/path, name[@]host[.]example */
    MUGAI_LINK_DROP,   /* a remark in their place */
} MugaiLinkForm;

typedef struct MugaiLinkOptions {
    MugaiLinkForm form;
    bool japanese;       /* language of remarks */
    const char *trusted; /* domains, parted by blanks or commas: with all below them these stay as
                            with SHOW; NULL: none */
} MugaiLinkOptions;

typedef struct MugaiLinkCount {
    uint64_t count;
    char first[128]; /* host of the first of them */
} MugaiLinkCount;

typedef struct MugaiLinkStats {
    uint64_t links;           /* web: http, https, www. */
    uint64_t broken;          /* addresses of other schemes, UNC paths: broken up */
    uint64_t data;            /* data: URIs shortened */
    uint64_t bent;            /* web and mail addresses defanged or dropped */
    MugaiLinkCount idn;       /* hosts with letters beyond ASCII, in either form */
    MugaiLinkCount deceiving; /* the text before names a host of another owner */
    MugaiLinkCount user;      /* "bank.example@evil.example" */
    MugaiLinkCount number;    /* IPv4 addresses */
    MugaiLinkCount disguised; /* percent signs, wide letters, numbers in another spelling */
    MugaiLinkCount imitating; /* letters that look like others */
    MugaiLinkCount trusted;   /* left as they are */
} MugaiLinkStats;

/* mugai_link_defang:
 * @utf8: borrowed, @size bytes of clean text. @out: what fits below its bound is appended. @stats:
 * set; may be NULL. In every form: file:///x becomes file[:]///x, \\host\share [\\]host\share; what
 * data: URIs hold is left out. Returns: 0; -ENOMEM.
 */
int mugai_link_defang (const void *utf8, size_t size, const MugaiLinkOptions *options,
                       MugaiBuffer *out, MugaiLinkStats *stats);
