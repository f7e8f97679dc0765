/* SPDX-License-Identifier: Apache-2.0 */
#include "encode/frames.h"

#include "base/pack.h"
#include "common/utf8.h"

static const uint32_t magic = 0x3146474d; /* "MGF1" */

enum { RECORD_PAGE = 1, RECORD_RUN, RECORD_END };

size_t
mugai_frames_depth (mugai_pixels format)
{
    switch (format) {
    case MUGAI_PIXELS_GREY8:
        return 1;
    case MUGAI_PIXELS_RGB8:
        return 3;
    case MUGAI_PIXELS_RGBA8:
        return 4;
    case MUGAI_PIXELS_INDEX1:
    case MUGAI_PIXELS_INDEX2:
    case MUGAI_PIXELS_INDEX4:
        break;
    }
    return 0;
}

unsigned
mugai_frames_index_bits (mugai_pixels format)
{
    switch (format) {
    case MUGAI_PIXELS_INDEX1:
        return 1;
    case MUGAI_PIXELS_INDEX2:
        return 2;
    case MUGAI_PIXELS_INDEX4:
        return 4;
    case MUGAI_PIXELS_GREY8:
    case MUGAI_PIXELS_RGB8:
    case MUGAI_PIXELS_RGBA8:
        break;
    }
    return 0;
}

size_t
mugai_frames_row (mugai_pixels format, uint32_t width)
{
    unsigned bits = mugai_frames_index_bits (format);

    return bits > 0 ? ((size_t)width * bits + 7) / 8 : mugai_frames_depth (format) * width;
}

bool
mugai_frames_page_valid (const MugaiFramesPage *page)
{
    return mugai_frames_row (page->format, 1) > 0 && page->width > 0 && page->height > 0 &&
           page->width <= MUGAI_FRAMES_SIDE && page->height <= MUGAI_FRAMES_SIDE &&
           (uint64_t)page->width * page->height <= MUGAI_FRAMES_PIXELS &&
           page->dpi_x <= MUGAI_FRAMES_DPI && page->dpi_y <= MUGAI_FRAMES_DPI &&
           (page->dpi_x == 0) == (page->dpi_y == 0) && page->quality <= MUGAI_FRAMES_QUALITY &&
           page->width_mpt <= MUGAI_FRAMES_MPT && page->height_mpt <= MUGAI_FRAMES_MPT &&
           (page->width_mpt == 0) == (page->height_mpt == 0);
}

static bool
in_place (int32_t value)
{
    return value >= -MUGAI_FRAMES_PLACE && value <= MUGAI_FRAMES_PLACE;
}

static bool
is_text (const char *text, size_t size)
{
    const uint8_t *at = (const uint8_t *)text;
    const uint8_t *end = at + size;

    while (at < end) {
        uint32_t c = mugai_utf8_next (&at, end);
        if (c == MUGAI_UTF8_BAD || c < 0x20 || (c >= 0x7f && c < 0xa0))
            return false;
    }
    return true;
}

bool
mugai_frames_run_valid (const MugaiFramesRun *run)
{
    return run->size > 0 && run->size <= MUGAI_FRAMES_TEXT && in_place (run->x) &&
           in_place (run->y) && in_place (run->height) && in_place (run->width) && run->turn <= 3 &&
           (run->turn == 0 || !run->vertical) && is_text (run->text, run->size);
}

void
mugai_frames_write_head (uint8_t *out)
{
    MugaiPack p = mugai_pack (out, MUGAI_FRAMES_HEAD);

    mugai_pack_u32 (&p, magic);
}

void
mugai_frames_write_page (const MugaiFramesPage *page, uint8_t *out)
{
    MugaiPack p = mugai_pack (out, MUGAI_FRAMES_PAGE);

    mugai_pack_u32 (&p, RECORD_PAGE);
    mugai_pack_u32 (&p, (uint32_t)page->format);
    mugai_pack_u32 (&p, page->width);
    mugai_pack_u32 (&p, page->height);
    mugai_pack_u32 (&p, page->dpi_x);
    mugai_pack_u32 (&p, page->dpi_y);
    mugai_pack_u32 (&p, page->quality);
    mugai_pack_u32 (&p, page->width_mpt);
    mugai_pack_u32 (&p, page->height_mpt);
}

void
mugai_frames_write_run (const MugaiFramesRun *run, uint8_t *out)
{
    MugaiPack p = mugai_pack (out, MUGAI_FRAMES_RUN);

    mugai_pack_u32 (&p, RECORD_RUN);
    mugai_pack_u32 (&p, run->vertical ? 1 : 0);
    mugai_pack_u32 (&p, run->turn);
    mugai_pack_u32 (&p, (uint32_t)run->x);
    mugai_pack_u32 (&p, (uint32_t)run->y);
    mugai_pack_u32 (&p, (uint32_t)run->height);
    mugai_pack_u32 (&p, (uint32_t)run->width);
    mugai_pack_u32 (&p, (uint32_t)run->size);
}

void
mugai_frames_write_end (uint32_t pages, uint32_t runs, uint8_t *out)
{
    MugaiPack p = mugai_pack (out, MUGAI_FRAMES_END);

    mugai_pack_u32 (&p, RECORD_END);
    mugai_pack_u32 (&p, pages);
    mugai_pack_u32 (&p, runs);
}

MugaiFrames
mugai_frames (const void *data, size_t size)
{
    MugaiFrames frames = { .cursor = mugai_cursor (data, size) };

    if (mugai_cursor_u32 (&frames.cursor) != magic)
        frames.why = "no frames";
    return frames;
}

static MugaiFramesNext
bad (MugaiFrames *frames, const char *why)
{
    frames->why = why;
    return MUGAI_FRAMES_IS_BAD;
}

static MugaiFramesNext
read_page (MugaiFrames *frames, MugaiFramesPage *ret)
{
    MugaiCursor *c = &frames->cursor;
    MugaiFramesPage page = { .format = (mugai_pixels)mugai_cursor_u32 (c) };

    page.width = mugai_cursor_u32 (c);
    page.height = mugai_cursor_u32 (c);
    page.dpi_x = mugai_cursor_u32 (c);
    page.dpi_y = mugai_cursor_u32 (c);
    page.quality = mugai_cursor_u32 (c);
    page.width_mpt = mugai_cursor_u32 (c);
    page.height_mpt = mugai_cursor_u32 (c);
    if (c->failed || !mugai_frames_page_valid (&page))
        return bad (frames, "page out of bounds");
    page.row = mugai_frames_row (page.format, page.width);
    unsigned bits = mugai_frames_index_bits (page.format);
    if (bits > 0)
        page.palette = mugai_cursor_bytes (c, (size_t)3 << bits);
    page.pixels = mugai_cursor_bytes (c, page.row * page.height);
    if (page.pixels == NULL)
        return bad (frames, "page cut short");
    if (++frames->pages > MUGAI_FRAMES_PAGES)
        return bad (frames, "too many pages");
    *ret = page;
    return MUGAI_FRAMES_IS_PAGE;
}

static MugaiFramesNext
read_run (MugaiFrames *frames, MugaiFramesRun *ret)
{
    MugaiCursor *c = &frames->cursor;
    uint32_t vertical = mugai_cursor_u32 (c);
    MugaiFramesRun run = { .vertical = vertical == 1 };

    run.turn = mugai_cursor_u32 (c);
    run.x = (int32_t)mugai_cursor_u32 (c);
    run.y = (int32_t)mugai_cursor_u32 (c);
    run.height = (int32_t)mugai_cursor_u32 (c);
    run.width = (int32_t)mugai_cursor_u32 (c);
    run.text = (const char *)mugai_cursor_blob (c, MUGAI_FRAMES_TEXT, &run.size);
    if (c->failed || vertical > 1 || frames->pages == 0 || !mugai_frames_run_valid (&run))
        return bad (frames, "text run out of bounds");
    if (++frames->runs > MUGAI_FRAMES_RUNS)
        return bad (frames, "too many text runs");
    *ret = run;
    return MUGAI_FRAMES_IS_RUN;
}

static MugaiFramesNext
read_end (MugaiFrames *frames)
{
    MugaiCursor *c = &frames->cursor;
    uint32_t pages = mugai_cursor_u32 (c);
    uint32_t runs = mugai_cursor_u32 (c);

    if (!mugai_cursor_done (c))
        return bad (frames, "bytes after the end");
    if (pages != frames->pages || runs != frames->runs)
        return bad (frames, "counts differ");
    return MUGAI_FRAMES_IS_END;
}

MugaiFramesNext
mugai_frames_next (MugaiFrames *frames, MugaiFramesPage *page, MugaiFramesRun *run)
{
    if (frames->why != NULL)
        return MUGAI_FRAMES_IS_BAD;
    switch (mugai_cursor_u32 (&frames->cursor)) {
    case RECORD_PAGE:
        return read_page (frames, page);
    case RECORD_RUN:
        return read_run (frames, run);
    case RECORD_END:
        return read_end (frames);
    default:
        return bad (frames, "unknown record");
    }
}
