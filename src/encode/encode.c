/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: the frames are read through once to the end, so that nothing is written for a file
 * that is broken further on; then the writer of the asked type reads them again. A new type is a
 * new row of the table.
 */
#include "encode/encode.h"

#include "base/fd.h"
#include "base/frame.h"
#include "base/kind.h"
#include "base/memfd.h"
#include "encode/frames.h"
#include "encode/jpeg.h"
#include "encode/pdf.h"
#include "encode/png.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { EXIT_BROKEN = 70 };

typedef struct Writer {
    const char *type; /* content type id */
    uint32_t pages_max;
    bool palettes; /* does it take pages of an INDEX format? */
    bool (*write) (MugaiFrames *frames, MugaiSink *sink); /* false: memory or a library failed */
} Writer;

static bool
write_png (MugaiFrames *frames, MugaiSink *sink)
{
    MugaiFramesPage page;
    MugaiFramesRun run;

    return mugai_frames_next (frames, &page, &run) == MUGAI_FRAMES_IS_PAGE &&
           mugai_png_write (&page, sink);
}

static bool
write_jpeg (MugaiFrames *frames, MugaiSink *sink)
{
    MugaiFramesPage page;
    MugaiFramesRun run;

    return mugai_frames_next (frames, &page, &run) == MUGAI_FRAMES_IS_PAGE &&
           mugai_jpeg_write (&page, sink);
}

static const Writer writers[] = {
    { "png", 1, false, write_png },
    { "jpeg", 1, false, write_jpeg },
    { "pdf", MUGAI_FRAMES_PAGES, true, mugai_pdf_write },
};

static void
refuse (MugaiEncoded *ret, const char *reason, const char *evidence)
{
    *ret = (MugaiEncoded){ .ok = 0 };
    snprintf (ret->reason, sizeof ret->reason, "%s", reason);
    snprintf (ret->evidence, sizeof ret->evidence, "encode, %s", evidence);
}

static const Writer *
writer_of (const char *type)
{
    for (size_t i = 0; i < sizeof writers / sizeof writers[0]; i++)
        if (strcmp (writers[i].type, type) == 0)
            return &writers[i];
    return NULL;
}

/* Read to the end. *ret_palettes: is there a page with a palette? Returns: NULL, or why not. */
static const char *
check (const void *data, size_t size, uint32_t *ret_pages, bool *ret_palettes)
{
    MugaiFrames frames = mugai_frames (data, size);
    MugaiFramesPage page;
    MugaiFramesRun run;
    MugaiFramesNext next;

    do {
        next = mugai_frames_next (&frames, &page, &run);
        *ret_palettes |= next == MUGAI_FRAMES_IS_PAGE && page.palette != NULL;
    } while (next == MUGAI_FRAMES_IS_PAGE || next == MUGAI_FRAMES_IS_RUN);
    *ret_pages = frames.pages;
    if (next == MUGAI_FRAMES_IS_BAD)
        return frames.why;
    return frames.pages > 0 ? NULL : "no page";
}

static void
encode (const Writer *writer, MugaiFrames frames, uint64_t output_max, int fd, MugaiEncoded *ret)
{
    static MugaiSink sink; /* static: 32 KiB, one job in each process */

    mugai_sink_init (&sink, fd, output_max);
    if (!writer->write (&frames, &sink))
        refuse (ret, "filter.memory", writer->type);
    else if (!mugai_sink_flush (&sink))
        refuse (ret, sink.error == -EFBIG ? "filter.limit" : "filter.memory", writer->type);
    else
        *ret = (MugaiEncoded){ .ok = 1, .size = sink.size };
}

void
mugai_encode_frames (const void *data, size_t size, const MugaiEncode *request, int fd,
                     MugaiEncoded *ret)
{
    const Writer *writer = writer_of (request->type);
    uint32_t pages = 0;
    bool palettes = false;
    const char *why = check (data, size, &pages, &palettes);
    char text[64];

    if (why != NULL) {
        refuse (ret, "filter.nonsense", why);
    } else if (writer == NULL) {
        refuse (ret, "filter.output-type", "no writer of this type");
    } else if (palettes && !writer->palettes) {
        refuse (ret, "filter.output-type", "a page with a palette");
    } else if (pages > writer->pages_max) {
        snprintf (text, sizeof text, "%s holds %u page, not %u", writer->type, writer->pages_max,
                  pages);
        refuse (ret, "filter.output-type", text);
    } else {
        encode (writer, mugai_frames (data, size), request->output_max, fd, ret);
    }
}

/* Returns: false when the supervisor broke the contract. */
static bool
serve (int channel, const MugaiFrame *frame)
{
    uint8_t payload[1024];
    MugaiEncode request;
    MugaiEncoded encoded;
    mugai_automap frames = { 0 };

    if (frame->kind != MUGAI_KIND_ENCODE || frame->n_fds != 2 ||
        !mugai_encode_read (frame->payload, frame->size, &request) ||
        mugai_memfd_map (frame->fds[0], UINT64_MAX, &frames) < 0)
        return false;
    mugai_encode_frames (frames.data, frames.size, &request, frame->fds[1], &encoded);
    MugaiFrame answer = { .kind = MUGAI_KIND_ENCODED,
                          .job = frame->job,
                          .part = frame->part,
                          .payload = payload,
                          .size = mugai_encoded_write (&encoded, payload, sizeof payload) };
    return answer.size > 0 && mugai_frame_send (channel, &answer) == 0;
}

int
mugai_encode_child (void *data, int channel)
{
    uint8_t buffer[1024];
    MugaiFrame frame;
    int r = mugai_frame_recv (channel, buffer, sizeof buffer, &frame, NULL);

    (void)data;
    if (r == 0)
        return 0; /* not needed any more */
    if (r < 0)
        return EXIT_BROKEN;
    bool served = serve (channel, &frame);
    mugai_frame_close_fds (&frame);
    return served ? 0 : EXIT_BROKEN;
}
