/* SPDX-License-Identifier: Apache-2.0 */
#include "encode/sink.h"

#include "base/memfd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void
mugai_sink_init (MugaiSink *sink, int fd, uint64_t max)
{
    sink->fd = fd;
    sink->max = max;
    sink->size = 0;
    sink->error = 0;
    sink->held = 0;
    sink->memory = NULL;
    sink->room = 0;
    sink->flushed = 0;
}

void
mugai_sink_clear (MugaiSink *sink)
{
    free (sink->memory);
    sink->memory = NULL;
    sink->room = 0;
}

static int
keep (MugaiSink *sink, const void *data, size_t size)
{
    if (size > sink->room - sink->flushed) {
        size_t room = sink->room + sink->room / 2 + size + 65536;
        uint8_t *memory = realloc (sink->memory, room);
        if (memory == NULL)
            return -ENOMEM;
        sink->memory = memory;
        sink->room = room;
    }
    memcpy (sink->memory + sink->flushed, data, size);
    sink->flushed += size;
    return 0;
}

static int
pass_on (MugaiSink *sink, const void *data, size_t size)
{
    return sink->fd >= 0 ? mugai_memfd_append (sink->fd, data, size) : keep (sink, data, size);
}

bool
mugai_sink_flush (MugaiSink *sink)
{
    if (sink->error == 0 && sink->held > 0)
        sink->error = pass_on (sink, sink->buffer, sink->held);
    sink->held = 0;
    return sink->error == 0;
}

void
mugai_sink_put (MugaiSink *sink, const void *data, size_t size)
{
    if (sink->error != 0)
        return;
    if (size > sink->max - sink->size) {
        sink->error = -EFBIG;
        return;
    }
    sink->size += size;
    if (size > sizeof sink->buffer - sink->held && !mugai_sink_flush (sink))
        return;
    if (size > sizeof sink->buffer) {
        sink->error = pass_on (sink, data, size);
    } else if (size > 0) {
        memcpy (sink->buffer + sink->held, data, size);
        sink->held += size;
    }
}
