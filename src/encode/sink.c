/* SPDX-License-Identifier: Apache-2.0 */
#include "encode/sink.h"

#include "base/memfd.h"

#include <errno.h>
#include <string.h>

void
mugai_sink_init (MugaiSink *sink, int fd, uint64_t max)
{
    sink->fd = fd;
    sink->max = max;
    sink->size = 0;
    sink->error = 0;
    sink->held = 0;
}

bool
mugai_sink_flush (MugaiSink *sink)
{
    if (sink->error == 0 && sink->held > 0)
        sink->error = mugai_memfd_append (sink->fd, sink->buffer, sink->held);
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
        sink->error = mugai_memfd_append (sink->fd, data, size);
    } else if (size > 0) {
        memcpy (sink->buffer + sink->held, data, size);
        sink->held += size;
    }
}
