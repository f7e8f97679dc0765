/* SPDX-License-Identifier: Apache-2.0
 *
 * bad: misbehaves as its parameter says; built once for each place (BAD_NAME, BAD_RUNS). Whatever
 * it does must end in REFUSE of its part, or, in the walk, where a crash is the worker's, of the
 * item.
 */
#include <mugai/filter.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef enum how {
    CRASH,
    HANG,
    NUMBER,
    FLOOD,
    WRONG_TYPE,
    EMPTY,
    QUIT,
    KEEP_POINTER,
    PUT_AND_REFUSE,
    PUT_AND_KEEP,
    UNKNOWN_CODE,
    UNKNOWN_REASON,
    PAGE,
    HUGE_PAGE,
    CHILD,
    LATER,
    RAISED,
    LIE_FRAMES,
    FINE,
} how;

static const mugai_param params[] = {
    { .name = "how",
      .kind = MUGAI_PARAM_WORD,
      .value = "fine",
      .words = "crash hang number flood wrong-type empty quit keep-pointer put-and-refuse "
               "put-and-keep unknown-code "
               "unknown-reason page huge-page child later raised lie-frames fine",
      .help = "what it does wrong",
      .help_ja = "誤りの種類" },
};

static const uint8_t *kept; /* from the call before, if anything survives a call */

static int
put_something (const mugai_host *host, mugai_call *call)
{
    static const uint8_t black[1] = { 0 };
    mugai_page page = { .size_of = sizeof page,
                        .format = MUGAI_PIXELS_GREY8,
                        .width = 1,
                        .height = 1,
                        .pixels = black };

    return BAD_RUNS == MUGAI_RUNS_ISOLATED ? host->page (call, &page)
                                           : host->put (call, "text\n", 5);
}

static mugai_verdict_t
flood (const mugai_host *host, mugai_call *call)
{
    static char block[65536];

    if (BAD_RUNS == MUGAI_RUNS_ISOLATED) {
        while (put_something (host, call) == 0)
            ;
        return MUGAI_REPLACE; /* in spite of it */
    }
    memset (block, 'x', sizeof block);
    while (host->put (call, block, sizeof block) == 0)
        ;
    return MUGAI_REPLACE;
}

static mugai_verdict_t
bad_page (const mugai_host *host, mugai_call *call, uint32_t width)
{
    static const uint8_t black[4] = { 0 };
    mugai_page page = { .size_of = sizeof page,
                        .format = (mugai_pixels)(width == 1 ? 9 : MUGAI_PIXELS_GREY8),
                        .width = width,
                        .height = width,
                        .pixels = black };

    host->page (call, &page);
    return MUGAI_REPLACE;
}

static mugai_verdict_t
say (const mugai_host *host, mugai_call *call, how what)
{
    if (what == UNKNOWN_CODE)
        host->finding (call, "no.such-code", 1, "\033[31mred");
    if (what == UNKNOWN_REASON)
        host->reason (call, "no.such-reason", NULL);
    return put_something (host, call) == 0 ? MUGAI_REPLACE : MUGAI_REFUSE;
}

/* Frames written past the host, straight into the result; descriptor numbers are easily guessed. */
static mugai_verdict_t
lie_frames (const mugai_host *host, mugai_call *call)
{
    static const char lie[] = "PK\003\004 not frames at all";

    put_something (host, call);
    for (int fd = 3; fd < 32; fd++)
        if (lseek (fd, 0, SEEK_END) == 0 && write (fd, lie, sizeof lie) > 0)
            break;
    return MUGAI_REPLACE;
}

static mugai_verdict_t
use_pointer (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    const uint8_t *before = kept;

    kept = part->data;
    if (before != NULL) {
        host->reason (call, "filter.nonsense", "something survived a call");
        return MUGAI_REFUSE;
    }
    return put_something (host, call) == 0 ? MUGAI_REPLACE : MUGAI_REFUSE;
}

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    how what = (how)part->values[0].number;

    switch (what) {
    case CRASH:
        abort();
    case HANG:
        for (volatile unsigned long i = 0;; i++)
            ;
    case NUMBER:
        put_something (host, call);
        return (mugai_verdict_t)99;
    case FLOOD:
        return flood (host, call);
    case WRONG_TYPE:
        host->put_type (call, "exe");
        put_something (host, call);
        return MUGAI_REPLACE;
    case EMPTY:
        return MUGAI_REPLACE;
    case QUIT:
        _exit (0);
    case KEEP_POINTER:
        return use_pointer (host, call, part);
    case PUT_AND_REFUSE:
        put_something (host, call);
        return MUGAI_REFUSE;
    case PUT_AND_KEEP:
        put_something (host, call);
        return MUGAI_KEEP;
    case UNKNOWN_CODE:
    case UNKNOWN_REASON:
        return say (host, call, what);
    case PAGE:
        return bad_page (host, call, 1);
    case HUGE_PAGE:
        return bad_page (host, call, 4000000000u);
    case CHILD:
        host->child_add (call, "x", NULL, "x", 1);
        put_something (host, call);
        return MUGAI_REPLACE;
    case LATER:
        return MUGAI_LATER;
    case RAISED:
        host->fact (call, "encrypted", 0);
        put_something (host, call);
        return MUGAI_REPLACE;
    case LIE_FRAMES:
        return lie_frames (host, call);
    case FINE:
        break;
    }
    return put_something (host, call) == 0 ? MUGAI_REPLACE : MUGAI_REFUSE;
}

static int
inspect (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    if (part->size > 0 && part->data[0] == '!')
        return host->put (call, "x", 1); /* an inspect may not */
    return host->fact (call, "pages", 3) == 0 ? host->fact (call, "encrypted", 0) : -1;
}

static const mugai_filter_info info = {
    .size_of = sizeof info,
    .abi = MUGAI_FILTER_ABI,
    .name = BAD_NAME,
    .summary = "misbehaves",
    .summary_ja = "誤った動作をする",
    .takes = "text bin",
    .gives = BAD_RUNS == MUGAI_RUNS_ISOLATED ? "png" : "text",
    .runs = BAD_RUNS,
    .params = params,
    MUGAI_TABLE (param, params),
    .inspect = inspect,
    .run = run,
};

MUGAI_EXPORT const mugai_filter_info *
mugai_filter (void)
{
    return &info;
}
