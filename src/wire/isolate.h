/* SPDX-License-Identifier: Apache-2.0
 *
 * isolate: messages between a supervisor and a render child (one filter on one document) or an
 * encode child (typed frames to bytes of the profile). libc only. write_x and read_x stand side by
 * side; read_x returns false on anything but exactly one well-formed value.
 *
 * Process: supervisor, render, encode. Trust: a render child may have been taken over, so
 * everything it answers may be a lie; an encode child saw frames that may be a lie, and nothing
 * else.
 */
/* clang-format off */
/* The isolated call, from end to end. W walk child, S supervisor, R render child of that filter,
 * E encode child:
 *
 *  1. W -> S  BUFFER    asks for an empty memfd; S answers BUFFER with it; W fills it with the part.
 *  2. W -> S  ISOLATE   (wire/walk.h) frame.part = handle. S seals descriptor 0. A filter that is not
 *                       in the catalogue, or that runs in the walk: 7 with filter.missing.
 *                       S takes an idle render child of that filter.
 *                       SUPERVISED: S connects to the Unix socket whose path stands in the value that
 *                       socket_param names (its default when the call has none); when that fails, the
 *                       item is answered "try again later".
 *  3. S -> R  RENDER    payload: the MugaiIsolateCall as it came. Descriptors: 0 the document (sealed),
 *                       1 an empty memfd, 2 the connected socket (SUPERVISED only).
 *                       The clock of limits.filter-time starts; it covers 3 to 6.
 *  4. R -> S  RENDERED  payload: MugaiRendered; no descriptors. R has written `size` bytes to
 *                       descriptor 1 with write(2), and exits. S reads the answer with
 *                       mugai_rendered_read(), seals the memfd, asks mugai_rendered_check().
 *       no answer       end of the channel or death: 7 with filter.crashed; the deadline: 7 with
 *                       filter.deadline (a filter with a socket: "try again later"); anything else: 7
 *                       with filter.nonsense.
 *       verdict LATER   the item is answered "try again later" (451) at once; W is ended.
 *       form FRAMES     5.
 *       form BYTES      7 with R's answer and that memfd.
 *       form NONE       7 with R's answer.
 *  5. S -> E  ENCODE    payload: MugaiEncode (type: answer.type of R; output_max of the call).
 *                       Descriptors: 0 the frames (sealed), 1 an empty memfd.
 *  6. E -> S  ENCODED   payload: MugaiEncoded; no descriptors. With ok = 1 S checks that the memfd has
 *                       `size` bytes and seals it: 7 with R's answer and that memfd. With ok = 0: 7,
 *                       REFUSE with E's reason and evidence. Dead, late: as 4.
 *  7. S -> W  ISOLATED  (wire/walk.h) frame.part = handle; exactly one for each ISOLATE. Descriptor 0
 *                       exactly with REPLACE.
 *
 * Children are single-use: R and E end after their one answer, whatever it was. An answer's strings
 * are hostile; S hands them on unread, and the chain in W escapes and checks them.
 */
/* clang-format on */
#pragma once

#include "wire/walk.h"

#include <mugai/filter.h>

typedef enum MugaiRenderedForm {
    MUGAI_RENDERED_NONE =
        0, /* descriptor 1 has nothing that counts: KEEP, DROP, REFUSE, LATER, or facts */
    MUGAI_RENDERED_FRAMES, /* typed frames (encode/frames.h), with REPLACE */
    MUGAI_RENDERED_BYTES,  /* a converter's bytes, with REPLACE; answer.again is 1 */
} MugaiRenderedForm;

/* MUGAI_KIND_RENDERED */
typedef struct MugaiRendered {
    uint32_t form; /* MugaiRenderedForm */
    uint64_t size; /* bytes written to descriptor 1; 0 with NONE */
    MugaiIsolateAnswer
        answer; /* type: what the bytes are, or what the frames should become ("png") */
} MugaiRendered;

size_t mugai_rendered_write (const MugaiRendered *rendered, void *buffer, size_t room);
bool mugai_rendered_read (const void *data, size_t size, MugaiRendered *ret);

/* mugai_rendered_check:
 * Is this an answer that a filter which @runs so may give? @inspect: of the call. @size: bytes that
 * descriptor 1 really has. Returns: false: to be answered REFUSE, filter.nonsense.
 */
bool mugai_rendered_check (const MugaiRendered *rendered, mugai_runs runs, bool inspect,
                           uint64_t size);

/* Fill a REFUSE. @reason: finding code; @evidence: may be NULL; both are cut to what fits, at a
 * whole character. */
void mugai_isolate_refuse (MugaiIsolateAnswer *ret, const char *reason, const char *evidence);

/* MUGAI_KIND_ENCODE */
typedef struct MugaiEncode {
    char type[32];       /* content type id: "png" */
    uint64_t output_max; /* bytes */
} MugaiEncode;

/* MUGAI_KIND_ENCODED */
typedef struct MugaiEncoded {
    uint32_t ok; /* 1: descriptor 1 holds `size` bytes of the type; 0: refused */
    uint64_t size;
    char reason[48];    /* finding code, "" when ok */
    char evidence[128]; /* of our own making: "encode, page cut short" */
} MugaiEncoded;

size_t mugai_encode_write (const MugaiEncode *encode, void *buffer, size_t room);
bool mugai_encode_read (const void *data, size_t size, MugaiEncode *ret);
size_t mugai_encoded_write (const MugaiEncoded *encoded, void *buffer, size_t room);
bool mugai_encoded_read (const void *data, size_t size, MugaiEncoded *ret);
