/* SPDX-License-Identifier: Apache-2.0 */
#include "base/verdict.h"

#include "base/cursor.h"
#include "base/pack.h"

#include <string.h>

size_t
mugai_verify_request_write (const MugaiVerifyRequest *request, void *buffer, size_t room)
{
    MugaiPack p = mugai_pack (buffer, room);

    mugai_pack_u32 (&p, request->grammar);
    mugai_pack_u64 (&p, request->output_max);
    mugai_pack_u64 (&p, request->parts_max);
    return p.failed ? 0 : p.size;
}

bool
mugai_verify_request_read (const void *data, size_t size, MugaiVerifyRequest *ret)
{
    MugaiCursor c = mugai_cursor (data, size);
    MugaiVerifyRequest request = { .grammar = mugai_cursor_u32 (&c) };

    request.output_max = mugai_cursor_u64 (&c);
    request.parts_max = mugai_cursor_u64 (&c);
    if (!mugai_cursor_done (&c) || request.grammar < MUGAI_GRAMMAR_MAIL ||
        request.grammar > MUGAI_GRAMMAR_LAST)
        return false;
    *ret = request;
    return true;
}

size_t
mugai_verdict_write (const MugaiVerdict *verdict, void *buffer, size_t room)
{
    MugaiPack p = mugai_pack (buffer, room);

    mugai_pack_u8 (&p, verdict->ok ? 1 : 0);
    mugai_pack_u32 (&p, verdict->leaves);
    mugai_pack_u32 (&p, verdict->in);
    mugai_pack_u32 (&p, verdict->delivered);
    mugai_pack_u32 (&p, verdict->converted);
    mugai_pack_u32 (&p, verdict->withheld);
    mugai_pack_bytes (&p, verdict->output_sha256, sizeof verdict->output_sha256);
    mugai_pack_bytes (&p, verdict->leaves_sha256, sizeof verdict->leaves_sha256);
    mugai_pack_u64 (&p, verdict->offset);
    mugai_pack_bytes (&p, verdict->clause, sizeof verdict->clause);
    mugai_pack_bytes (&p, verdict->path, sizeof verdict->path);
    mugai_pack_bytes (&p, verdict->why, sizeof verdict->why);
    return p.failed ? 0 : p.size;
}

/* Printable ASCII up to a NUL, and nothing but NULs after it. */
static bool
read_text (MugaiCursor *c, char *text, size_t size)
{
    const uint8_t *b = mugai_cursor_bytes (c, size);
    size_t i = 0;

    if (b == NULL)
        return false;
    while (i < size && b[i] >= 0x20 && b[i] < 0x7f)
        i++;
    for (size_t rest = i; rest < size; rest++)
        if (b[rest] != 0)
            return false;
    memcpy (text, b, size);
    return i < size;
}

bool
mugai_verdict_read (const void *data, size_t size, MugaiVerdict *ret)
{
    MugaiCursor c = mugai_cursor (data, size);
    MugaiVerdict verdict = { 0 };
    uint8_t ok = mugai_cursor_u8 (&c);

    verdict.ok = ok == 1;
    verdict.leaves = mugai_cursor_u32 (&c);
    verdict.in = mugai_cursor_u32 (&c);
    verdict.delivered = mugai_cursor_u32 (&c);
    verdict.converted = mugai_cursor_u32 (&c);
    verdict.withheld = mugai_cursor_u32 (&c);
    const uint8_t *output = mugai_cursor_bytes (&c, sizeof verdict.output_sha256);
    if (output != NULL)
        memcpy (verdict.output_sha256, output, sizeof verdict.output_sha256);
    const uint8_t *digest = mugai_cursor_bytes (&c, sizeof verdict.leaves_sha256);
    if (digest != NULL)
        memcpy (verdict.leaves_sha256, digest, sizeof verdict.leaves_sha256);
    verdict.offset = mugai_cursor_u64 (&c);
    if (!read_text (&c, verdict.clause, sizeof verdict.clause) ||
        !read_text (&c, verdict.path, sizeof verdict.path) ||
        !read_text (&c, verdict.why, sizeof verdict.why) || !mugai_cursor_done (&c) || ok > 1)
        return false;
    *ret = verdict;
    return true;
}
