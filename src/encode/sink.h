/* SPDX-License-Identifier: Apache-2.0
 *
 * sink: bytes to a descriptor through a buffer, or to memory, up to a bound. Process: encode,
 * render. libc only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct MugaiSink {
    int fd;        /* borrowed; -1: memory */
    uint64_t max;  /* bytes it takes */
    uint64_t size; /* bytes taken, held ones too */
    int error;     /* 0, or the first negative errno; -EFBIG past max. Later writes do nothing */
    size_t held;
    uint8_t *memory; /* owned; what was flushed, `size` bytes after mugai_sink_flush() */
    size_t room, flushed;
    uint8_t buffer[32768];
} MugaiSink;

/* @fd: -1 gathers the bytes in memory; mugai_sink_clear() frees it. */
void mugai_sink_init (MugaiSink *sink, int fd, uint64_t max);
void mugai_sink_clear (MugaiSink *sink);
void mugai_sink_put (MugaiSink *sink, const void *data, size_t size);
/* Returns: true when everything was written. */
bool mugai_sink_flush (MugaiSink *sink);
