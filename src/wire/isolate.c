/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: as walk.c. A RENDERED is its own two fields followed by the answer as walk.c writes
 * it.
 */
#include "wire/isolate.h"

#include "base/cursor.h"
#include "base/pack.h"

#include <string.h>

static void
write_text (MugaiPack *p, const char *text, size_t room)
{
    size_t size = strnlen (text, room);

    if (size == room)
        p->failed = true;
    else
        mugai_pack_blob (p, text, size);
}

static void
read_text (MugaiCursor *c, char *text, size_t room)
{
    size_t size = 0;
    const uint8_t *bytes = mugai_cursor_blob (c, room - 1, &size);

    if (bytes == NULL)
        return;
    if (memchr (bytes, 0, size) != NULL) {
        c->failed = true;
        return;
    }
    memcpy (text, bytes, size);
    text[size] = '\0';
}

size_t
mugai_rendered_write (const MugaiRendered *rendered, void *buffer, size_t room)
{
    MugaiPack p = mugai_pack (buffer, room);

    mugai_pack_u32 (&p, rendered->form);
    mugai_pack_u64 (&p, rendered->size);
    if (p.failed)
        return 0;
    size_t n = mugai_isolate_answer_write (&rendered->answer, p.data + p.size, room - p.size);
    return n > 0 ? p.size + n : 0;
}

bool
mugai_rendered_read (const void *data, size_t size, MugaiRendered *ret)
{
    MugaiCursor c = mugai_cursor (data, size);
    MugaiRendered rendered = { 0 };

    rendered.form = mugai_cursor_u32 (&c);
    rendered.size = mugai_cursor_u64 (&c);
    if (c.failed || rendered.form > MUGAI_RENDERED_BYTES ||
        !mugai_isolate_answer_read (c.at, mugai_cursor_left (&c), &rendered.answer))
        return false;
    *ret = rendered;
    return true;
}

static bool
may_give (uint32_t form, mugai_runs runs)
{
    switch (runs) {
    case MUGAI_RUNS_ISOLATED:
        return form == MUGAI_RENDERED_FRAMES;
    case MUGAI_RUNS_CONVERTER:
    case MUGAI_RUNS_SUPERVISED:
        return form == MUGAI_RENDERED_BYTES;
    case MUGAI_RUNS_WALK:
        break;
    }
    return false;
}

bool
mugai_rendered_check (const MugaiRendered *rendered, mugai_runs runs, bool inspect, uint64_t size)
{
    const MugaiIsolateAnswer *answer = &rendered->answer;
    bool bytes = rendered->form == MUGAI_RENDERED_BYTES;

    if (answer->again != (bytes ? 1 : 0) || (answer->n_facts > 0 && !inspect))
        return false;
    if (answer->verdict == MUGAI_LATER && runs != MUGAI_RUNS_SUPERVISED)
        return false;
    if (answer->verdict != MUGAI_REPLACE)
        return rendered->form == MUGAI_RENDERED_NONE && rendered->size == 0;
    return !inspect && may_give (rendered->form, runs) && rendered->size == size;
}

static void
cut (char *to, size_t room, const char *text)
{
    size_t size = strnlen (text, room);

    if (size == room)
        for (size--; size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80;)
            size--;
    memcpy (to, text, size);
    to[size] = '\0';
}

void
mugai_isolate_refuse (MugaiIsolateAnswer *ret, const char *reason, const char *evidence)
{
    *ret = (MugaiIsolateAnswer){ .verdict = MUGAI_REFUSE };
    cut (ret->reason, sizeof ret->reason, reason);
    cut (ret->evidence, sizeof ret->evidence, evidence != NULL ? evidence : "");
}

size_t
mugai_encode_write (const MugaiEncode *encode, void *buffer, size_t room)
{
    MugaiPack p = mugai_pack (buffer, room);

    write_text (&p, encode->type, sizeof encode->type);
    mugai_pack_u64 (&p, encode->output_max);
    return p.failed ? 0 : p.size;
}

bool
mugai_encode_read (const void *data, size_t size, MugaiEncode *ret)
{
    MugaiCursor c = mugai_cursor (data, size);
    MugaiEncode encode = { 0 };

    read_text (&c, encode.type, sizeof encode.type);
    encode.output_max = mugai_cursor_u64 (&c);
    if (!mugai_cursor_done (&c))
        return false;
    *ret = encode;
    return true;
}

size_t
mugai_encoded_write (const MugaiEncoded *encoded, void *buffer, size_t room)
{
    MugaiPack p = mugai_pack (buffer, room);

    mugai_pack_u32 (&p, encoded->ok);
    mugai_pack_u64 (&p, encoded->size);
    write_text (&p, encoded->reason, sizeof encoded->reason);
    write_text (&p, encoded->evidence, sizeof encoded->evidence);
    return p.failed ? 0 : p.size;
}

bool
mugai_encoded_read (const void *data, size_t size, MugaiEncoded *ret)
{
    MugaiCursor c = mugai_cursor (data, size);
    MugaiEncoded encoded = { 0 };

    encoded.ok = mugai_cursor_u32 (&c);
    encoded.size = mugai_cursor_u64 (&c);
    read_text (&c, encoded.reason, sizeof encoded.reason);
    read_text (&c, encoded.evidence, sizeof encoded.evidence);
    if (!mugai_cursor_done (&c) || encoded.ok > 1)
        return false;
    *ret = encoded;
    return true;
}
