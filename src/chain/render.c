/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: as call.c: the first thing that a filter may not do is its breach, every host call
 * fails from then on, and the answer is REFUSE. What was written to the result before counts for
 * nothing unless the answer is REPLACE.
 */
#include "chain/render.h"

#include "base/frame.h"
#include "base/kind.h"
#include "base/memfd.h"
#include "chain/params.h"
#include "encode/frames.h"
#include "encode/sink.h"
#include "wire/bundle.h"
#include "wire/isolate.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_BROKEN = 70 };

struct mugai_call {
    const mugai_filter_info *info;
    bool inspecting, put;
    uint32_t pages, runs, children;
    int socket;
    const char *breach, *what;
    MugaiIsolateAnswer *answer;
    MugaiSink sink;
    uint8_t *own; /* what a document says about itself; the process ends with the call */
    size_t own_size, own_room;
};

static int
breach (mugai_call *call, const char *code, const char *what)
{
    if (call->breach == NULL) {
        call->breach = code;
        call->what = what;
    }
    return -1;
}

static int
nonsense (mugai_call *call, const char *what)
{
    return breach (call, "filter.nonsense", what);
}

/* Cut at a whole character. */
static void
copy_text (char *to, size_t room, const char *text)
{
    size_t size = text != NULL ? strnlen (text, room) : 0;

    if (size == room)
        for (size--; size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80;)
            size--;
    memcpy (to, text != NULL ? text : "", size);
    to[size] = '\0';
}

static void
host_finding (mugai_call *call, const char *code, uint64_t count, const char *evidence)
{
    MugaiIsolateAnswer *answer = call->answer;
    char cut[sizeof answer->findings[0].evidence];
    uint32_t n = answer->n_findings;

    if (code == NULL || strlen (code) > MUGAI_MODULE_CODE) {
        nonsense (call, "finding code");
        return;
    }
    copy_text (cut, sizeof cut, evidence);
    for (uint32_t i = 0; i < n; i++)
        if (strcmp (answer->findings[i].code, code) == 0 &&
            strcmp (answer->findings[i].evidence, cut) == 0) {
            answer->findings[i].count += count;
            return;
        }
    if (n == sizeof answer->findings / sizeof answer->findings[0])
        return;
    copy_text (answer->findings[n].code, sizeof answer->findings[n].code, code);
    memcpy (answer->findings[n].evidence, cut, sizeof cut);
    answer->findings[n].count = count;
    answer->n_findings++;
}

static void
host_reason (mugai_call *call, const char *code, const char *evidence)
{
    if (code == NULL || strlen (code) > MUGAI_MODULE_CODE) {
        nonsense (call, "reason code");
        return;
    }
    copy_text (call->answer->reason, sizeof call->answer->reason, code);
    copy_text (call->answer->evidence, sizeof call->answer->evidence, evidence);
}

static int
write_out (mugai_call *call, const void *data, size_t size)
{
    mugai_sink_put (&call->sink, data, size);
    if (call->sink.error == 0)
        return 0;
    return breach (call, call->sink.error == -EFBIG ? "filter.limit" : "filter.memory", "output");
}

static bool
gives_bytes (const mugai_call *call)
{
    return !call->inspecting && call->info->gives != NULL &&
           call->info->runs != MUGAI_RUNS_ISOLATED;
}

static bool
gives_frames (const mugai_call *call)
{
    return !call->inspecting && call->info->gives != NULL &&
           call->info->runs == MUGAI_RUNS_ISOLATED;
}

/* What a container says about itself goes behind its children. */
static int
put_own (mugai_call *call, const void *data, size_t size)
{
    uint64_t max = call->sink.max;

    if (size > max || call->own_size > max - size)
        return breach (call, "filter.limit", "output");
    if (size > call->own_room - call->own_size) {
        size_t room = 2 * call->own_room + size;
        uint8_t *own = realloc (call->own, room);
        if (own == NULL)
            return breach (call, "filter.memory", "output");
        call->own = own;
        call->own_room = room;
    }
    if (size > 0)
        memcpy (call->own + call->own_size, data, size);
    call->own_size += size;
    return 0;
}

/* A bundle begins with its head. */
static int
put_bundle_head (mugai_call *call)
{
    uint8_t first[MUGAI_BUNDLE_HEAD];

    if (call->put)
        return 0;
    call->put = true;
    return write_out (call, first, mugai_bundle_write_head (first));
}

static int
host_put (mugai_call *call, const void *data, size_t size)
{
    if (call->breach != NULL)
        return -1;
    if (!gives_bytes (call) || call->info->container == MUGAI_CONTAINER_ARCHIVE)
        return nonsense (call, "put() where no bytes may be put out");
    if (call->info->container)
        return put_bundle_head (call) == 0 ? put_own (call, data, size) : -1;
    call->put = true;
    return write_out (call, data, size);
}

static int
host_put_type (mugai_call *call, const char *type)
{
    if (call->breach != NULL)
        return -1;
    if (call->inspecting || type == NULL || strlen (type) >= sizeof call->answer->type)
        return nonsense (call, "no type");
    copy_text (call->answer->type, sizeof call->answer->type, type);
    return 0;
}

/* A container hands its members to the walk in one bundle; it is not told what becomes of them. */
static int
host_child_add (mugai_call *call, const char *name, const char *declared, const void *data,
                size_t size)
{
    uint8_t record[MUGAI_BUNDLE_MEMBER];
    const char *type = declared != NULL ? declared : "";

    if (call->breach != NULL)
        return -1;
    if (call->inspecting || !call->info->container || name == NULL)
        return nonsense (call, "child of a filter that is no container");
    MugaiBundleMember member = { .name = name,
                                 .name_size = strlen (name),
                                 .declared = type,
                                 .declared_size = strlen (type),
                                 .size = size };
    size_t head = mugai_bundle_write_member (&member, record);
    if (head == 0)
        return breach (call, "filter.limit", "name of a member");
    if (put_bundle_head (call) < 0 || write_out (call, record, head) < 0 ||
        write_out (call, data, size) < 0)
        return -1;
    return (int)call->children++;
}

static int
host_child_result (mugai_call *call, int handle, mugai_child *child)
{
    (void)handle, (void)child;
    return nonsense (call, "child outside of the walk");
}

static int
host_child_deliver (mugai_call *call, int handle)
{
    (void)handle;
    return nonsense (call, "child outside of the walk");
}

static int
put_head (mugai_call *call)
{
    uint8_t head[MUGAI_FRAMES_HEAD];

    if (call->put)
        return 0;
    call->put = true;
    mugai_frames_write_head (head);
    return write_out (call, head, sizeof head);
}

/* A resolution that no image has is none. */
static void
fill_dpi (MugaiFramesPage *page, uint32_t x, uint32_t y)
{
    bool known = x > 0 && y > 0 && x <= MUGAI_FRAMES_DPI && y <= MUGAI_FRAMES_DPI;

    page->dpi_x = known ? x : 0;
    page->dpi_y = known ? y : 0;
}

static int
host_page (mugai_call *call, const mugai_page *given)
{
    mugai_page from = { 0 };
    uint8_t record[MUGAI_FRAMES_PAGE];

    if (call->breach != NULL)
        return -1;
    if (!gives_frames (call) || given == NULL)
        return nonsense (call, "page() where no pages may be put out");
    memcpy (&from, given, given->size_of < sizeof from ? given->size_of : sizeof from);
    MugaiFramesPage page = { .format = from.format,
                             .width = from.width,
                             .height = from.height,
                             .quality = from.quality,
                             .width_mpt = from.width_mpt,
                             .height_mpt = from.height_mpt };
    unsigned bits = mugai_frames_index_bits (page.format);
    fill_dpi (&page, from.dpi_x, from.dpi_y);
    if (!mugai_frames_page_valid (&page) || from.pixels == NULL ||
        (bits > 0 && from.palette == NULL))
        return breach (call, "filter.limit", "size of a page");
    if (++call->pages > MUGAI_FRAMES_PAGES)
        return breach (call, "filter.limit", "number of pages");
    mugai_frames_write_page (&page, record);
    if (put_head (call) < 0 || write_out (call, record, sizeof record) < 0 ||
        (bits > 0 && write_out (call, from.palette, (size_t)3 << bits) < 0))
        return -1;
    return write_out (call, from.pixels, mugai_frames_row (page.format, page.width) * page.height);
}

/* In 1/64 pixel, within the bounds of frames.h; no number is 0. */
static int32_t
place (float pixels)
{
    float value = pixels * 64;

    if (isnan (value))
        return 0;
    if (value > MUGAI_FRAMES_PLACE)
        return MUGAI_FRAMES_PLACE;
    return value < -MUGAI_FRAMES_PLACE ? -MUGAI_FRAMES_PLACE : (int32_t)value;
}

static int
host_text_run (mugai_call *call, const mugai_text_run *given)
{
    mugai_text_run from = { 0 };
    uint8_t record[MUGAI_FRAMES_RUN];

    if (call->breach != NULL)
        return -1;
    if (!gives_frames (call) || given == NULL || call->pages == 0)
        return nonsense (call, "text_run() where no text may be put out");
    memcpy (&from, given, given->size_of < sizeof from ? given->size_of : sizeof from);
    MugaiFramesRun run = { .text = from.utf8,
                           .size = from.utf8 != NULL ? strlen (from.utf8) : 0,
                           .x = place (from.x),
                           .y = place (from.y),
                           .height = place (from.size),
                           .width = place (from.width),
                           .vertical = from.vertical != 0,
                           .turn = (uint32_t)from.turn };
    if (!mugai_frames_run_valid (&run))
        return nonsense (call, "text run: empty, too long, no UTF-8, or controls");
    if (++call->runs > MUGAI_FRAMES_RUNS)
        return breach (call, "filter.limit", "number of text runs");
    mugai_frames_write_run (&run, record);
    return write_out (call, record, sizeof record) < 0 ? -1 : write_out (call, run.text, run.size);
}

static int
host_fact (mugai_call *call, const char *key, uint64_t value)
{
    MugaiIsolateAnswer *answer = call->answer;
    uint32_t n = answer->n_facts;

    if (call->breach != NULL)
        return -1;
    if (!call->inspecting || key == NULL || strlen (key) >= sizeof answer->facts[0].key ||
        n == sizeof answer->facts / sizeof answer->facts[0])
        return nonsense (call, "fact");
    copy_text (answer->facts[n].key, sizeof answer->facts[n].key, key);
    answer->facts[n].value = value;
    answer->n_facts++;
    return 0;
}

static int
host_socket (mugai_call *call)
{
    return call->socket >= 0 ? call->socket : nonsense (call, "no socket was asked for");
}

static const mugai_host the_host = {
    .size_of = sizeof the_host,
    .abi = MUGAI_FILTER_ABI,
    .finding = host_finding,
    .reason = host_reason,
    .put = host_put,
    .put_type = host_put_type,
    .child_add = host_child_add,
    .child_result = host_child_result,
    .child_deliver = host_child_deliver,
    .page = host_page,
    .text_run = host_text_run,
    .fact = host_fact,
    .socket = host_socket,
};

/* The first type of @list, when it is one. */
static void
default_type (mugai_call *call)
{
    size_t size = strcspn (call->info->gives, " ");

    if (call->answer->type[0] != '\0' || size >= sizeof call->answer->type ||
        memchr (call->info->gives, '*', size) != NULL ||
        memchr (call->info->gives, ':', size) != NULL)
        return;
    memcpy (call->answer->type, call->info->gives, size);
    call->answer->type[size] = '\0';
}

static void
end_output (mugai_call *call)
{
    uint8_t record[MUGAI_FRAMES_END];

    default_type (call);
    if (call->info->runs == MUGAI_RUNS_ISOLATED) {
        mugai_frames_write_end (call->pages, call->runs, record);
        write_out (call, record, sizeof record);
    }
    if (call->own_size > 0) {
        uint8_t own[MUGAI_BUNDLE_OWN];
        write_out (call, own, mugai_bundle_write_own (call->own_size, own));
        write_out (call, call->own, call->own_size);
    }
    if (call->info->container) {
        uint8_t end[MUGAI_BUNDLE_END];
        write_out (call, end, mugai_bundle_write_end (call->children, end));
    }
    if (call->breach == NULL && !mugai_sink_flush (&call->sink))
        breach (call, call->sink.error == -EFBIG ? "filter.limit" : "filter.memory", "output");
}

/* The verdict and what was put out must fit each other. */
static void
settle (mugai_call *call, mugai_verdict_t verdict)
{
    switch (verdict) {
    case MUGAI_KEEP:
        if (call->put)
            nonsense (call, "output beside KEEP");
        break;
    case MUGAI_REPLACE:
        if (!call->put)
            nonsense (call, "REPLACE without output");
        else
            end_output (call);
        break;
    case MUGAI_LATER:
        if (call->info->runs != MUGAI_RUNS_SUPERVISED)
            nonsense (call, "LATER");
        break;
    case MUGAI_DROP:
    case MUGAI_REFUSE:
        break;
    default:
        nonsense (call, "unknown verdict");
        break;
    }
    call->answer->verdict = (uint32_t)verdict;
}

static void
do_run (mugai_call *call, const mugai_part *part)
{
    settle (call, call->info->run (&the_host, call, part));
}

static void
do_inspect (mugai_call *call, const mugai_part *part)
{
    if (call->info->inspect == NULL)
        nonsense (call, "it has no inspect()");
    else if (call->info->inspect (&the_host, call, part) != 0)
        breach (call, "filter.refused", "inspect failed");
    call->answer->verdict = MUGAI_KEEP;
}

static void
write_answer (mugai_call *call, MugaiRendered *rendered)
{
    char text[160];

    if (call->breach != NULL) {
        snprintf (text, sizeof text, "%s, %s", call->info->name, call->what);
        mugai_isolate_refuse (&rendered->answer, call->breach, text);
    }
    bool bytes = rendered->answer.verdict == MUGAI_REPLACE;
    bool frames = bytes && call->info->runs == MUGAI_RUNS_ISOLATED;
    rendered->form = frames  ? MUGAI_RENDERED_FRAMES
                     : bytes ? MUGAI_RENDERED_BYTES
                             : MUGAI_RENDERED_NONE;
    rendered->size = bytes ? call->sink.size : 0;
    rendered->answer.again = bytes && !frames;
}

/* The values as the call gives them. Returns: false with the answer a REFUSE. */
static bool
resolve (const mugai_filter_info *info, const MugaiIsolateCall *request, mugai_value *values,
         MugaiIsolateAnswer *answer)
{
    MugaiGiven given[MUGAI_PARAMS_MAX];
    char why[MUGAI_PARAMS_WHY];

    for (uint32_t i = 0; i < request->n_values; i++)
        given[i] =
            (MugaiGiven){ .name = request->values[i].name, .value = request->values[i].value };
    if (mugai_params_resolve (info->params, info->n_params, given, request->n_values, values, why))
        return true;
    mugai_isolate_refuse (answer, "filter.parameter", why);
    return false;
}

static void
work (const mugai_filter_info *info, const MugaiIsolateCall *request, const MugaiMap *document,
      int result, int socket, MugaiRendered *rendered)
{
    static mugai_call call; /* static: 32 KiB, one job in each process */
    mugai_value values[MUGAI_PARAMS_MAX] = { 0 };

    bool isolated = info->runs == MUGAI_RUNS_ISOLATED;

    if (!resolve (info, request, values, &rendered->answer))
        return;
    mugai_part part = { .size_of = sizeof part,
                        .data = document->data,
                        .size = document->size,
                        .type = request->type,
                        .name = request->name,
                        .path = "",
                        .language = request->language == 1 ? "ja" : "en",
                        .values = values,
                        .n_values = info->n_params,
                        .output_max = request->output_max,
                        .expanded_left = isolated ? request->frames_max : request->output_max,
                        .depth = request->depth,
                        .depth_max = request->depth_max,
                        .pixels_max = MUGAI_FRAMES_PIXELS,
                        .pages_max = MUGAI_FRAMES_PAGES };
    call = (mugai_call){ .info = info,
                         .inspecting = request->inspect != 0,
                         .socket = socket,
                         .answer = &rendered->answer };
    mugai_sink_init (&call.sink, result, part.expanded_left); /* pixels are no output yet */
    if (call.inspecting)
        do_inspect (&call, &part);
    else
        do_run (&call, &part);
    write_answer (&call, rendered);
}

/* Returns: false when the supervisor broke the contract. */
static bool
serve (const MugaiModule *module, int channel, MugaiFrame *frame)
{
    static MugaiRendered rendered;
    static MugaiIsolateCall request;
    static uint8_t payload[16384];
    bool supervised = module->info.socket_param != NULL || module->info.command_param != NULL;
    mugai_automap document = { 0 };

    if (frame->kind != MUGAI_KIND_RENDER || frame->n_fds != (supervised ? 3u : 2u) ||
        !mugai_isolate_call_read (frame->payload, frame->size, &request) ||
        strcmp (request.filter, module->info.name) != 0 ||
        mugai_memfd_map (frame->fds[0], UINT64_MAX, &document) < 0)
        return false;
    work (&module->info, &request, &document, frame->fds[1], supervised ? frame->fds[2] : -1,
          &rendered);
    MugaiFrame answer = { .kind = MUGAI_KIND_RENDERED,
                          .job = frame->job,
                          .part = frame->part,
                          .payload = payload,
                          .size = mugai_rendered_write (&rendered, payload, sizeof payload) };
    return answer.size > 0 && mugai_frame_send (channel, &answer) == 0;
}

int
mugai_render_child (void *data, int channel)
{
    static uint8_t buffer[MUGAI_FRAME_HEAD_SIZE + 16384];
    MugaiFrame frame;
    int r = mugai_frame_recv (channel, buffer, sizeof buffer, &frame, NULL);

    if (r == 0)
        return 0; /* not needed any more */
    if (r < 0)
        return EXIT_BROKEN;
    bool served = serve (data, channel, &frame);
    mugai_frame_close_fds (&frame);
    return served ? 0 : EXIT_BROKEN;
}
