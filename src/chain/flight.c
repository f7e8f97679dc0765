/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: a table from handle to answer, NULL while it is out. BUFFER is asked for and waited
 * for in place; answers that come meanwhile go into the table. Anything but an expected frame ends
 * it: the error stays and every later call repeats it.
 */
#include "chain/flight.h"

#include "base/fd.h"
#include "base/frame.h"
#include "base/kind.h"
#include "base/memfd.h"
#include "core/error.h"

#include <string.h>

enum { FRAME_ROOM = MUGAI_FRAME_HEAD_SIZE + MUGAI_FRAME_PAYLOAD_MAX };

typedef struct Out {
    uint64_t output_max;
    MugaiAnswer *answer;
} Out;

struct MugaiFlight {
    int channel;
    uint64_t job;
    uint32_t last;    /* handle given last */
    guint n_out;      /* without answer */
    GHashTable *outs; /* handle -> Out */
    GError *broken;
    uint8_t buffer[FRAME_ROOM];
};

static void
out_free (void *data)
{
    Out *out = data;

    mugai_answer_free (out->answer);
    g_free (out);
}

MugaiFlight *
mugai_flight_new (int channel, uint64_t job)
{
    MugaiFlight *flight = g_new (MugaiFlight, 1);

    /* all but the buffer: most items never receive, and clearing it would touch 15 pages of each
     * child */
    memset (flight, 0, offsetof (MugaiFlight, buffer));
    flight->channel = channel;
    flight->job = job;
    flight->outs = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, out_free);
    return flight;
}

void
mugai_flight_free (MugaiFlight *flight)
{
    if (flight == NULL)
        return;
    g_hash_table_unref (flight->outs);
    g_clear_error (&flight->broken);
    g_free (flight);
}

static bool
fail (MugaiFlight *flight, GError **error)
{
    g_propagate_error (error, g_error_copy (flight->broken));
    return false;
}

static bool
broke (MugaiFlight *flight, GError **error, const char *what, int number)
{
    if (flight->broken == NULL)
        flight->broken = g_error_new (MUGAI_ERROR, MUGAI_ERROR_INTERNAL,
                                      "channel to the supervisor: %s (%d)", what, number);
    return fail (flight, error);
}

static void
unmap (void *data)
{
    mugai_map_clear (data);
    g_free (data);
}

/* Returns: (transfer full) the mapped content of @fd, or NULL with *ret_errno. */
static GBytes *
map (int fd, uint64_t max, int *ret_errno)
{
    MugaiMap *content = g_new0 (MugaiMap, 1);

    *ret_errno = mugai_memfd_map (fd, max, content);
    if (*ret_errno < 0) {
        g_free (content);
        return NULL;
    }
    return g_bytes_new_with_free_func (content->data, content->size, unmap, content);
}

static void
store (MugaiFlight *flight, Out *out, MugaiAnswer *answer)
{
    out->answer = answer;
    flight->n_out--;
}

static bool
take_isolated (MugaiFlight *flight, MugaiFrame *frame, GError **error)
{
    Out *out = g_hash_table_lookup (flight->outs, GUINT_TO_POINTER (frame->part));
    g_autofree MugaiIsolateAnswer *wire = g_new0 (MugaiIsolateAnswer, 1);
    g_autoptr (GBytes) data = NULL;
    int number = 0;

    if (out == NULL || out->answer != NULL)
        return broke (flight, error, "answer to no question", (int)frame->part);
    if (!mugai_isolate_answer_read (frame->payload, frame->size, wire))
        return broke (flight, error, "malformed answer", (int)frame->size);
    if (frame->n_fds != (wire->verdict == MUGAI_REPLACE ? 1u : 0u))
        return broke (flight, error, "descriptors of an answer", (int)frame->n_fds);
    if (frame->n_fds == 1) {
        data = map (frame->fds[0], out->output_max, &number);
        if (data == NULL && number != -EFBIG)
            return broke (flight, error, "content of an answer", number);
    }
    MugaiAnswer *answer = mugai_answer_from_wire (wire, data);
    if (number == -EFBIG)
        mugai_answer_refuse (answer, "filter.limit", "output");
    store (flight, out, answer);
    return true;
}

/* One frame of @kind into *ret; answers that come first are stored. With ISOLATED: one answer. */
static bool
receive (MugaiFlight *flight, uint16_t kind, MugaiFrame *ret, GError **error)
{
    for (;;) {
        MugaiFrame frame = { 0 };
        int r =
            mugai_frame_recv (flight->channel, flight->buffer, sizeof flight->buffer, &frame, NULL);
        if (r <= 0)
            return broke (flight, error, r == 0 ? "closed" : "no frame", r);
        bool ours = frame.job == flight->job;
        if (ours && frame.kind == MUGAI_KIND_ISOLATED) {
            bool taken = take_isolated (flight, &frame, error);
            mugai_frame_close_fds (&frame);
            if (!taken || kind == MUGAI_KIND_ISOLATED)
                return taken;
            continue;
        }
        if (ours && frame.kind == kind) {
            *ret = frame;
            return true;
        }
        mugai_frame_close_fds (&frame);
        return broke (flight, error, "unexpected frame", frame.kind);
    }
}

static bool
send_frame (MugaiFlight *flight, const MugaiFrame *frame, GError **error)
{
    int r = mugai_frame_send (flight->channel, frame);

    return r == 0 || broke (flight, error, "cannot send", r);
}

/* Returns: an empty memfd of the supervisor's, or -1. */
static int
get_buffer (MugaiFlight *flight, GError **error)
{
    MugaiFrame ask = { .kind = MUGAI_KIND_BUFFER, .job = flight->job };
    MugaiFrame answer = { 0 };

    if (!send_frame (flight, &ask, error) || !receive (flight, MUGAI_KIND_BUFFER, &answer, error))
        return -1;
    if (answer.n_fds == 1 && answer.size == 0)
        return mugai_frame_steal_fd (&answer, 0);
    mugai_frame_close_fds (&answer);
    broke (flight, error, "malformed buffer", (int)answer.n_fds);
    return -1;
}

uint32_t
mugai_flight_send (MugaiFlight *flight, const MugaiIsolateCall *call, GBytes *part, GError **error)
{
    uint8_t payload[16384];
    gsize size = 0;
    const void *data = g_bytes_get_data (part, &size);

    if (flight->broken != NULL)
        return fail (flight, error) ? 1 : 0;
    while (flight->n_out >= MUGAI_FLIGHT_MAX)
        if (!mugai_flight_wait (flight, error))
            return 0;
    mugai_autofd fd = get_buffer (flight, error);
    if (fd < 0)
        return 0;
    int r = mugai_memfd_append (fd, data, size);
    if (r < 0) {
        broke (flight, error, "cannot fill a buffer", r);
        return 0;
    }
    MugaiFrame frame = { .kind = MUGAI_KIND_ISOLATE,
                         .job = flight->job,
                         .part = flight->last + 1,
                         .payload = payload,
                         .size = mugai_isolate_call_write (call, payload, sizeof payload),
                         .fds = { fd },
                         .n_fds = 1 };
    g_assert (frame.size > 0);
    if (!send_frame (flight, &frame, error))
        return 0;
    Out *out = g_new0 (Out, 1);
    out->output_max = call->output_max;
    g_hash_table_insert (flight->outs, GUINT_TO_POINTER (++flight->last), out);
    flight->n_out++;
    return flight->last;
}

MugaiAnswer *
mugai_flight_take (MugaiFlight *flight, uint32_t handle)
{
    Out *out = g_hash_table_lookup (flight->outs, GUINT_TO_POINTER (handle));
    MugaiAnswer *answer = out != NULL ? g_steal_pointer (&out->answer) : NULL;

    if (answer != NULL)
        g_hash_table_remove (flight->outs, GUINT_TO_POINTER (handle));
    return answer;
}

bool
mugai_flight_wait (MugaiFlight *flight, GError **error)
{
    if (flight->broken != NULL)
        return fail (flight, error);
    if (flight->n_out == 0)
        return broke (flight, error, "nothing to wait for", 0);
    return receive (flight, MUGAI_KIND_ISOLATED, NULL, error);
}
