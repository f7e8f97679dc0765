/* SPDX-License-Identifier: Apache-2.0
 *
 * run: what the image filters share: read, bring to sRGB, turn, choose the form, hand over. Each
 * module has few libraries of other people, so that a flaw in one has few neighbours. Process:
 * render.
 */
#pragma once

#include "image/image.h"

#include <mugai/filter.h>

typedef struct MugaiImageReader {
    const char *type; /* content type id */
    MugaiImageRead read;
} MugaiImageReader;

enum { MUGAI_IMAGE_PARAMS = 5 };
extern const mugai_param mugai_image_params[MUGAI_IMAGE_PARAMS];

int mugai_image_setup (const mugai_host *host);
/* @readers: ends with a row without type. */
mugai_verdict_t mugai_image_run (const mugai_host *host, mugai_call *call, const mugai_part *part,
                                 const MugaiImageReader *readers);
int mugai_image_inspect (const mugai_host *host, mugai_call *call, const mugai_part *part,
                         const MugaiImageReader *readers);

/* For a filter with pages: what the parameters say of the size, whether several pages are wanted.
 */
MugaiImageLimits mugai_image_limits (const mugai_part *part);
bool mugai_image_wants_pages (const mugai_part *part);
/* Colour, orientation, low bits; findings. */
MugaiImageError mugai_image_finish (const mugai_host *host, mugai_call *call,
                                    const mugai_part *part, MugaiImage *image);
/* One picture as PNG or JPEG. */
mugai_verdict_t mugai_image_put (const mugai_host *host, mugai_call *call, const mugai_part *part,
                                 const MugaiImage *image);
/* One of several pages. Returns: 0 or -1. */
int mugai_image_put_page (const mugai_host *host, mugai_call *call, const mugai_part *part,
                          const MugaiImage *image);
mugai_verdict_t mugai_image_refuse (const mugai_host *host, mugai_call *call, MugaiImageError error,
                                    const char *type);

/* The description of a module. */
#define MUGAI_IMAGE_FILTER(NAME, SUMMARY, SUMMARY_JA, TAKES, GIVES, SETUP, RUN, INSPECT)           \
    static const mugai_filter_info info = {                                                        \
        .size_of = sizeof info,                                                                    \
        .abi = MUGAI_FILTER_ABI,                                                                   \
        .name = NAME,                                                                              \
        .summary = SUMMARY,                                                                        \
        .summary_ja = SUMMARY_JA,                                                                  \
        .takes = TAKES,                                                                            \
        .gives = GIVES,                                                                            \
        .runs = MUGAI_RUNS_ISOLATED,                                                               \
        .deterministic = 1,                                                                        \
        .params = mugai_image_params,                                                              \
        MUGAI_TABLE (param, mugai_image_params),                                                   \
        .setup = SETUP,                                                                            \
        .inspect = INSPECT,                                                                        \
        .run = RUN,                                                                                \
    };                                                                                             \
    const mugai_filter_info *mugai_filter (void)                                                   \
    {                                                                                              \
        return &info;                                                                              \
    }                                                                                              \
    _Static_assert(sizeof (info) > 0, "")
