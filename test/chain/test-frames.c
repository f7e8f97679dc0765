/* SPDX-License-Identifier: Apache-2.0
 *
 * The reader of typed frames and the messages of the isolated call: what is refused, and why.
 */
#include "../unit/tap.h"
#include "base/memfd.h"
#include "base/pack.h"
#include "encode/encode.h"
#include "encode/frames.h"

#include <unistd.h>

static uint8_t file[1 << 16];
static MugaiPack pack;

static void
begin (void)
{
    pack = mugai_pack (file, sizeof file);
    mugai_frames_write_head (file);
    pack.size = MUGAI_FRAMES_HEAD;
}

/* @bytes: of pixels that really follow. */
static void
add_page (mugai_pixels format, uint32_t width, uint32_t height, uint32_t dpi_x, uint32_t dpi_y,
          size_t bytes)
{
    MugaiFramesPage page = {
        .format = format, .width = width, .height = height, .dpi_x = dpi_x, .dpi_y = dpi_y
    };

    mugai_frames_write_page (&page, file + pack.size);
    pack.size += MUGAI_FRAMES_PAGE;
    for (size_t i = 0; i < bytes; i++)
        mugai_pack_u8 (&pack, (uint8_t)i);
}

static void
add_run (const char *text, size_t size, int32_t x)
{
    MugaiFramesRun run = { .text = text, .size = size, .x = x, .height = 640, .width = 640 };

    mugai_frames_write_run (&run, file + pack.size);
    pack.size += MUGAI_FRAMES_RUN;
    mugai_pack_bytes (&pack, text, size);
}

static void
end (uint32_t pages, uint32_t runs)
{
    mugai_frames_write_end (pages, runs, file + pack.size);
    pack.size += MUGAI_FRAMES_END;
}

/* Returns: NULL when the file is read to its end, else why not. */
static const char *
fault (void)
{
    MugaiFrames frames = mugai_frames (file, pack.size);
    MugaiFramesPage page;
    MugaiFramesRun run;

    for (;;)
        switch (mugai_frames_next (&frames, &page, &run)) {
        case MUGAI_FRAMES_IS_BAD:
            return frames.why;
        case MUGAI_FRAMES_IS_END:
            return NULL;
        case MUGAI_FRAMES_IS_PAGE:
        case MUGAI_FRAMES_IS_RUN:
            break;
        }
}

static bool
faulty (const char *why)
{
    const char *is = fault();

    if (is == NULL || strcmp (is, why) != 0)
        printf ("# %s\n", is != NULL ? is : "no fault");
    return is != NULL && strcmp (is, why) == 0;
}

static bool
page_faulty (mugai_pixels format, uint32_t width, uint32_t height, uint32_t dpi_x, uint32_t dpi_y,
             size_t bytes, const char *why)
{
    begin();
    add_page (format, width, height, dpi_x, dpi_y, bytes);
    end (1, 0);
    return why != NULL ? faulty (why) : fault() == NULL;
}

static bool
run_faulty (const char *text, size_t size, int32_t x)
{
    begin();
    add_page (MUGAI_PIXELS_GREY8, 1, 1, 0, 0, 1);
    add_run (text, size, x);
    end (1, 1);
    return fault() != NULL;
}

static void
test_reader (void)
{
    static const char bounds[] = "page out of bounds";

    CHECK (page_faulty (MUGAI_PIXELS_RGB8, 2, 3, 72, 96, 18, NULL));
    CHECK (page_faulty (MUGAI_PIXELS_RGBA8, 1, 1, 0, 0, 4, NULL));
    CHECK (page_faulty ((mugai_pixels)7, 1, 1, 0, 0, 4, bounds) &&
           page_faulty ((mugai_pixels)0, 1, 1, 0, 0, 4, bounds));
    CHECK (page_faulty (MUGAI_PIXELS_GREY8, 0, 1, 0, 0, 0, bounds) &&
           page_faulty (MUGAI_PIXELS_GREY8, 1, 0, 0, 0, 0, bounds));
    CHECK (page_faulty (MUGAI_PIXELS_GREY8, 32768, 1, 0, 0, 32768, bounds) &&
           page_faulty (MUGAI_PIXELS_GREY8, 32767, 1, 0, 0, 32767, NULL));
    CHECK (page_faulty (MUGAI_PIXELS_GREY8, 32767, 32767, 0, 0, 10, bounds));
    CHECK (page_faulty (MUGAI_PIXELS_GREY8, 1, 1, 72, 0, 1, bounds) &&
           page_faulty (MUGAI_PIXELS_GREY8, 1, 1, 25401, 72, 1, bounds));
    CHECK (page_faulty (MUGAI_PIXELS_GREY8, 5000, 5000, 0, 0, 10, "page cut short"));
    CHECK (page_faulty (MUGAI_PIXELS_GREY8, 1, 1, 0, 0, 2, "unknown record"));
    CHECK (!run_faulty ("報告 text", 11, 64) && run_faulty ("a\nb", 3, 64) &&
           run_faulty ("\xff", 1, 64) && run_faulty ("a\0b", 3, 64) && run_faulty ("", 0, 64) &&
           run_faulty ("a", 1, MUGAI_FRAMES_PLACE + 1));
}

static void
test_ends (void)
{
    begin();
    CHECK (faulty ("unknown record"));
    file[0] = 'X';
    CHECK (faulty ("no frames"));
    begin();
    add_run ("a", 1, 0);
    end (0, 1);
    CHECK (faulty ("text run out of bounds")); /* before any page */
    begin();
    add_page (MUGAI_PIXELS_GREY8, 1, 1, 0, 0, 1);
    end (2, 0);
    CHECK (faulty ("counts differ"));
    begin();
    add_page (MUGAI_PIXELS_GREY8, 1, 1, 0, 0, 1);
    end (1, 0);
    mugai_pack_u8 (&pack, 0);
    CHECK (faulty ("bytes after the end"));
}

static bool
encodes (const char *type, uint64_t output_max, const char *reason)
{
    MugaiEncode request = { .output_max = output_max };
    MugaiEncoded encoded;
    int fd = mugai_memfd_new ("test");

    strcpy (request.type, type);
    mugai_encode_frames (file, pack.size, &request, fd, &encoded);
    close (fd);
    return reason == NULL ? encoded.ok == 1 && encoded.size > 0
                          : encoded.ok == 0 && strcmp (encoded.reason, reason) == 0;
}

static void
test_encode (void)
{
    begin();
    end (0, 0);
    CHECK (encodes ("png", 1000, "filter.nonsense"));
    begin();
    add_page (MUGAI_PIXELS_GREY8, 4, 4, 0, 0, 16);
    end (1, 0);
    CHECK (encodes ("png", 1000, NULL) && encodes ("png", 40, "filter.limit") &&
           encodes ("pdf", 10000, NULL) && encodes ("zip", 1000, "filter.output-type") &&
           encodes ("", 1000, "filter.output-type"));
    begin();
    add_page (MUGAI_PIXELS_GREY8, 4, 4, 0, 0, 16);
    add_page (MUGAI_PIXELS_GREY8, 4, 4, 0, 0, 16);
    end (2, 0);
    CHECK (encodes ("png", 1000, "filter.output-type")); /* one page only, and it says so */
}

static bool
allowed (uint32_t verdict, uint32_t form, uint64_t size, mugai_runs runs, bool inspect)
{
    static MugaiRendered rendered;

    rendered = (MugaiRendered){ .form = form, .size = size };
    rendered.answer.verdict = verdict;
    rendered.answer.again = form == MUGAI_RENDERED_BYTES;
    return mugai_rendered_check (&rendered, runs, inspect, 10);
}

static void
test_answers (void)
{
    enum {
        NONE = MUGAI_RENDERED_NONE,
        FRAMES = MUGAI_RENDERED_FRAMES,
        BYTES = MUGAI_RENDERED_BYTES
    };
    const mugai_runs isolated = MUGAI_RUNS_ISOLATED, converter = MUGAI_RUNS_CONVERTER,
                     supervised = MUGAI_RUNS_SUPERVISED;

    CHECK (allowed (MUGAI_REPLACE, FRAMES, 10, isolated, false) &&
           allowed (MUGAI_REPLACE, BYTES, 10, converter, false) &&
           allowed (MUGAI_REPLACE, BYTES, 10, supervised, false) &&
           allowed (MUGAI_KEEP, NONE, 0, isolated, true));
    CHECK (!allowed (MUGAI_REPLACE, BYTES, 10, isolated, false)); /* a decoder never gives bytes */
    CHECK (!allowed (MUGAI_REPLACE, FRAMES, 10, converter, false) &&
           !allowed (MUGAI_REPLACE, FRAMES, 10, MUGAI_RUNS_WALK, false));
    CHECK (!allowed (MUGAI_REPLACE, NONE, 0, isolated, false) &&
           !allowed (MUGAI_REPLACE, FRAMES, 9, isolated, false));
    CHECK (!allowed (MUGAI_KEEP, FRAMES, 10, isolated, false) &&
           !allowed (MUGAI_REFUSE, NONE, 1, isolated, false));
    CHECK (!allowed (MUGAI_REPLACE, FRAMES, 10, isolated, true));
    CHECK (allowed (MUGAI_LATER, NONE, 0, supervised, false) &&
           !allowed (MUGAI_LATER, NONE, 0, isolated, false));
    MugaiIsolateAnswer answer;
    static char ja[400];
    for (size_t i = 0; i + 3 < sizeof ja; i += 3)
        memcpy (ja + i, "報", 3);
    mugai_isolate_refuse (&answer, "filter.crashed", ja);
    CHECK (answer.verdict == MUGAI_REFUSE && strlen (answer.evidence) == 255 &&
           strncmp (answer.evidence, ja, 255) == 0);
}

int
main (void)
{
    test_reader();
    test_ends();
    test_encode();
    test_answers();
    return tap_done();
}
