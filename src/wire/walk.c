/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: integers little-endian, strings as a u32 length and bytes without NUL, counted
 * lists only as long as they are. A string is whatever bytes the sender liked, bounded and
 * NUL-free: escape it before it is shown. Deliberately not done: no defaults, no optional fields; a
 * short or a longer payload is refused.
 */
#include "wire/walk.h"

#include "base/cursor.h"
#include "base/pack.h"
#include "base/verdict.h"

#include <string.h>

enum {
    TASK_LAST = MUGAI_WALK_NOTICE,
    OUTCOME_LAST = 4,  /* MUGAI_ITEM_REJECTED of core/report.h */
    LANGUAGE_LAST = 2, /* MUGAI_LANGUAGE_EN of rules/rules.h */
    VERDICT_LAST = 5,  /* MUGAI_LATER of mugai/filter.h */
};

#define WRITE_TEXT(p, text) write_text ((p), (text), sizeof (text))
#define READ_TEXT(c, text)  read_text ((c), (text), sizeof (text))
#define ROOM(array)         (sizeof (array) / sizeof (array)[0])

/* @text: an array of @room bytes; without a NUL in it the whole write fails. */
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

static void
read_digest (MugaiCursor *c, uint8_t digest[MUGAI_SHA256_SIZE])
{
    const uint8_t *bytes = mugai_cursor_bytes (c, MUGAI_SHA256_SIZE);

    if (bytes != NULL)
        memcpy (digest, bytes, MUGAI_SHA256_SIZE);
}

/* A count of entries, at most @max. */
static uint32_t
read_count (MugaiCursor *c, size_t max)
{
    uint32_t count = mugai_cursor_u32 (c);

    if (count <= max)
        return count;
    c->failed = true;
    return 0;
}

/* A word of an enumeration from @first to @last. */
static uint32_t
read_word (MugaiCursor *c, uint32_t first, uint32_t last)
{
    uint32_t word = mugai_cursor_u32 (c);

    if (word < first || word > last)
        c->failed = true;
    return word;
}

size_t
mugai_walk_job_write (const MugaiWalkJob *job, void *buffer, size_t room)
{
    MugaiPack p = mugai_pack (buffer, room);

    mugai_pack_u32 (&p, job->task);
    mugai_pack_u64 (&p, job->content_size);
    mugai_pack_bytes (&p, job->content_sha256, sizeof job->content_sha256);
    WRITE_TEXT (&p, job->reason);
    return p.failed ? 0 : p.size;
}

bool
mugai_walk_job_read (const void *data, size_t size, MugaiWalkJob *ret)
{
    MugaiCursor c = mugai_cursor (data, size);
    MugaiWalkJob job = { 0 };

    job.task = read_word (&c, MUGAI_WALK_SANITIZE, TASK_LAST);
    job.content_size = mugai_cursor_u64 (&c);
    read_digest (&c, job.content_sha256);
    READ_TEXT (&c, job.reason);
    if (!mugai_cursor_done (&c))
        return false;
    *ret = job;
    return true;
}

size_t
mugai_walk_result_write (const MugaiWalkResult *result, void *buffer, size_t room)
{
    MugaiPack p = mugai_pack (buffer, room);

    mugai_pack_u32 (&p, result->outcome);
    mugai_pack_u32 (&p, result->grammar);
    mugai_pack_u64 (&p, result->output_size);
    mugai_pack_u64 (&p, result->report_size);
    mugai_pack_u32 (&p, result->leaves);
    mugai_pack_bytes (&p, result->leaves_sha256, sizeof result->leaves_sha256);
    return p.failed ? 0 : p.size;
}

bool
mugai_walk_result_read (const void *data, size_t size, MugaiWalkResult *ret)
{
    MugaiCursor c = mugai_cursor (data, size);
    MugaiWalkResult result = { 0 };

    result.outcome = read_word (&c, 1, OUTCOME_LAST);
    result.grammar = read_word (&c, MUGAI_GRAMMAR_MAIL, MUGAI_GRAMMAR_LAST);
    result.output_size = mugai_cursor_u64 (&c);
    result.report_size = mugai_cursor_u64 (&c);
    result.leaves = mugai_cursor_u32 (&c);
    read_digest (&c, result.leaves_sha256);
    if (!mugai_cursor_done (&c))
        return false;
    *ret = result;
    return true;
}

size_t
mugai_isolate_call_write (const MugaiIsolateCall *call, void *buffer, size_t room)
{
    MugaiPack p = mugai_pack (buffer, room);

    if (call->n_values > ROOM (call->values))
        return 0;
    WRITE_TEXT (&p, call->filter);
    mugai_pack_u32 (&p, call->inspect);
    mugai_pack_u32 (&p, call->language);
    mugai_pack_u64 (&p, call->output_max);
    mugai_pack_u64 (&p, call->frames_max);
    mugai_pack_u32 (&p, call->depth);
    mugai_pack_u32 (&p, call->depth_max);
    WRITE_TEXT (&p, call->type);
    WRITE_TEXT (&p, call->name);
    mugai_pack_u32 (&p, call->n_values);
    for (uint32_t i = 0; i < call->n_values; i++) {
        WRITE_TEXT (&p, call->values[i].name);
        WRITE_TEXT (&p, call->values[i].value);
    }
    return p.failed ? 0 : p.size;
}

bool
mugai_isolate_call_read (const void *data, size_t size, MugaiIsolateCall *ret)
{
    MugaiCursor c = mugai_cursor (data, size);
    MugaiIsolateCall call = { 0 };

    READ_TEXT (&c, call.filter);
    call.inspect = read_word (&c, 0, 1);
    call.language = read_word (&c, 1, LANGUAGE_LAST);
    call.output_max = mugai_cursor_u64 (&c);
    call.frames_max = mugai_cursor_u64 (&c);
    call.depth = mugai_cursor_u32 (&c);
    call.depth_max = mugai_cursor_u32 (&c);
    READ_TEXT (&c, call.type);
    READ_TEXT (&c, call.name);
    call.n_values = read_count (&c, ROOM (call.values));
    for (uint32_t i = 0; i < call.n_values && !c.failed; i++) {
        READ_TEXT (&c, call.values[i].name);
        READ_TEXT (&c, call.values[i].value);
    }
    if (!mugai_cursor_done (&c) || call.filter[0] == '\0')
        return false;
    *ret = call;
    return true;
}

size_t
mugai_isolate_answer_write (const MugaiIsolateAnswer *answer, void *buffer, size_t room)
{
    MugaiPack p = mugai_pack (buffer, room);

    if (answer->n_findings > ROOM (answer->findings) || answer->n_facts > ROOM (answer->facts))
        return 0;
    mugai_pack_u32 (&p, answer->verdict);
    mugai_pack_u32 (&p, answer->again);
    WRITE_TEXT (&p, answer->type);
    WRITE_TEXT (&p, answer->reason);
    WRITE_TEXT (&p, answer->evidence);
    mugai_pack_u32 (&p, answer->n_findings);
    for (uint32_t i = 0; i < answer->n_findings; i++) {
        WRITE_TEXT (&p, answer->findings[i].code);
        mugai_pack_u64 (&p, answer->findings[i].count);
        WRITE_TEXT (&p, answer->findings[i].evidence);
    }
    mugai_pack_u32 (&p, answer->n_facts);
    for (uint32_t i = 0; i < answer->n_facts; i++) {
        WRITE_TEXT (&p, answer->facts[i].key);
        mugai_pack_u64 (&p, answer->facts[i].value);
    }
    return p.failed ? 0 : p.size;
}

bool
mugai_isolate_answer_read (const void *data, size_t size, MugaiIsolateAnswer *ret)
{
    MugaiCursor c = mugai_cursor (data, size);
    MugaiIsolateAnswer answer = { 0 };

    answer.verdict = read_word (&c, 1, VERDICT_LAST);
    answer.again = read_word (&c, 0, 1);
    READ_TEXT (&c, answer.type);
    READ_TEXT (&c, answer.reason);
    READ_TEXT (&c, answer.evidence);
    answer.n_findings = read_count (&c, ROOM (answer.findings));
    for (uint32_t i = 0; i < answer.n_findings && !c.failed; i++) {
        READ_TEXT (&c, answer.findings[i].code);
        answer.findings[i].count = mugai_cursor_u64 (&c);
        READ_TEXT (&c, answer.findings[i].evidence);
    }
    answer.n_facts = read_count (&c, ROOM (answer.facts));
    for (uint32_t i = 0; i < answer.n_facts && !c.failed; i++) {
        READ_TEXT (&c, answer.facts[i].key);
        answer.facts[i].value = mugai_cursor_u64 (&c);
    }
    if (!mugai_cursor_done (&c))
        return false;
    *ret = answer;
    return true;
}
