/* SPDX-License-Identifier: Apache-2.0
 *
 * frames: what an ISOLATED filter gives instead of bytes: pages of pixels, with the text that
 * stands on them. A render child writes it, an encode child reads it: a format so plain that
 * reading it is no risk.
 *
 * Process: render (writing), encode (reading). Trust: whoever wrote it may have been taken over, so
 * the reader takes nothing for granted. libc only.
 */
/* clang-format off */
/* All integers little-endian. file = head record* end
 *   head  u32 "MGF1"
 *   page  u32 1, u32 format, u32 width, u32 height, u32 dpi_x, u32 dpi_y, u32 quality, u32
 *         width_mpt, u32 height_mpt, INDEX: the palette, then height rows of width pixels, each padded
 *         to whole bytes
 *   run   u32 2, u32 vertical, u32 turn, i32 x, i32 y, i32 size, i32 width (1/64 pixel), u32 bytes, UTF-8; only
 *         after a page
 *   end   u32 3, u32 pages, u32 runs; nothing follows
 */
/* clang-format on */
#pragma once

#include "base/cursor.h"

#include <mugai/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MUGAI_FRAMES_SIDE = 32767,       /* pixels of a side: PROFILE.md P-4 */
    MUGAI_FRAMES_PIXELS = 100000000, /* of one page: P-4 */
    MUGAI_FRAMES_PAGES = 2000,
    MUGAI_FRAMES_RUNS = 2000000,
    MUGAI_FRAMES_TEXT = 4096, /* bytes of one run */
    MUGAI_FRAMES_DPI = 25400, /* a million pixels a metre: P-5 */
    MUGAI_FRAMES_QUALITY = 100,
    MUGAI_FRAMES_MPT = 200000000, /* 1/1000 point: 70 m */
    MUGAI_FRAMES_PLACE = 1 << 24, /* 1/64 pixel; eight sides */
    MUGAI_FRAMES_HEAD = 4, /* bytes that head, page, end take; a run takes RUN bytes and its text */
    MUGAI_FRAMES_PAGE = 36,
    MUGAI_FRAMES_RUN = 32,
    MUGAI_FRAMES_END = 12,
};

typedef struct MugaiFramesPage {
    mugai_pixels format;
    uint32_t width, height;
    uint32_t dpi_x, dpi_y; /* both 0: not known */
    uint32_t quality;      /* 1 to 100 where the form of the output loses; 0: as the writer likes */
    uint32_t width_mpt, height_mpt; /* on paper; both 0: by dpi */
    const uint8_t *palette;         /* INDEX formats; borrowed */
    const uint8_t *pixels;          /* borrowed */
    size_t row;                     /* bytes of a row */
} MugaiFramesPage;

typedef struct MugaiFramesRun {
    const char *text;            /* borrowed, not NUL-terminated; valid UTF-8 without controls */
    size_t size;                 /* bytes */
    int32_t x, y, height, width; /* 1/64 pixel */
    bool vertical;
    uint32_t turn; /* 0 to 3; 0 with vertical */
} MugaiFramesRun;

/* Bytes of a pixel; 0 for an unknown format and for INDEX. */
size_t mugai_frames_depth (mugai_pixels format);
/* Bits of a pixel of an INDEX format, else 0. Its palette has 3 << bits bytes. */
unsigned mugai_frames_index_bits (mugai_pixels format);
/* Bytes of a row of @width pixels, at most MUGAI_FRAMES_SIDE; 0 for an unknown format. */
size_t mugai_frames_row (mugai_pixels format, uint32_t width);

/* Is this page within the bounds above? (pixels, palette and row are not looked at.) */
bool mugai_frames_page_valid (const MugaiFramesPage *page);
bool mugai_frames_run_valid (const MugaiFramesRun *run);

/* What stands before a page's pixels, a run's text, and at both ends. @out: as many bytes as the
 * enumeration says. */
void mugai_frames_write_head (uint8_t *out);
void mugai_frames_write_page (const MugaiFramesPage *page, uint8_t *out);
void mugai_frames_write_run (const MugaiFramesRun *run, uint8_t *out);
void mugai_frames_write_end (uint32_t pages, uint32_t runs, uint8_t *out);

typedef enum MugaiFramesNext {
    MUGAI_FRAMES_IS_BAD = 0,
    MUGAI_FRAMES_IS_PAGE,
    MUGAI_FRAMES_IS_RUN,
    MUGAI_FRAMES_IS_END, /* everything was consumed */
} MugaiFramesNext;

typedef struct MugaiFrames { /* a reader */
    MugaiCursor cursor;
    uint32_t pages, runs; /* so far */
    const char *why;      /* static; set with IS_BAD */
} MugaiFrames;

/* @data: borrowed. */
MugaiFrames mugai_frames (const void *data, size_t size);

/* The next record; *page or *run is set accordingly and borrows from the data. After BAD or END
 * it is BAD. */
MugaiFramesNext mugai_frames_next (MugaiFrames *frames, MugaiFramesPage *page, MugaiFramesRun *run);
