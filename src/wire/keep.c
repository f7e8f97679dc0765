/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: each value is a fixed part followed by its texts as u32 length and bytes; read
 * checks every length before it allocates, refuses a NUL inside a text and any byte left over.
 */
#include "wire/keep.h"

#include "base/cursor.h"
#include "base/fd.h"
#include "base/pack.h"

#include <string.h>

static const char *const state_names[] = {
    NULL,       "received",  "handed-over", "holding",    "held",    "rejected",
    "deferred", "untouched", "released",    "superseded", "expired",
};

const char *
mugai_keep_state_name (unsigned state)
{
    return state < G_N_ELEMENTS (state_names) ? state_names[state] : NULL;
}

unsigned
mugai_keep_state_from_name (const char *name)
{
    for (unsigned i = 1; i < G_N_ELEMENTS (state_names); i++)
        if (strcmp (name, state_names[i]) == 0)
            return i;
    return 0;
}

/* ---- texts ---- */

static void
put_text (MugaiPack *p, const char *text)
{
    size_t length = text == NULL ? 0 : strlen (text);

    if (length > MUGAI_KEEP_TEXT) {
        length = MUGAI_KEEP_TEXT;
        while (length > 0 && ((uint8_t)text[length] & 0xc0) == 0x80)
            length--;
    }
    mugai_pack_blob (p, text, length);
}

/* Returns: (transfer full) or NULL with the cursor failed. */
static char *
get_text (MugaiCursor *c)
{
    size_t size = 0;
    const uint8_t *bytes = mugai_cursor_blob (c, MUGAI_KEEP_TEXT, &size);

    if (c->failed || (size > 0 && memchr (bytes, 0, size) != NULL)) {
        c->failed = true;
        return NULL;
    }
    return size > 0 ? g_strndup ((const char *)bytes, size) : g_strdup ("");
}

static void
put_id (MugaiPack *p, const char *id)
{
    mugai_pack_bytes (p, id, MUGAI_ID_SIZE - 1);
}

static void
get_id (MugaiCursor *c, char ret[MUGAI_ID_SIZE])
{
    const uint8_t *bytes = mugai_cursor_bytes (c, MUGAI_ID_SIZE - 1);

    if (bytes == NULL)
        return;
    memcpy (ret, bytes, MUGAI_ID_SIZE - 1);
    ret[MUGAI_ID_SIZE - 1] = '\0';
    if (!mugai_id_valid (ret))
        c->failed = true;
}

static void
get_digest (MugaiCursor *c, uint8_t ret[MUGAI_SHA256_SIZE])
{
    const uint8_t *bytes = mugai_cursor_bytes (c, MUGAI_SHA256_SIZE);

    if (bytes != NULL)
        memcpy (ret, bytes, MUGAI_SHA256_SIZE);
}

static size_t
packed (const MugaiPack *p)
{
    return p->failed ? 0 : p->size;
}

size_t
mugai_keep_text_write (const char *text, void *buffer, size_t room)
{
    MugaiPack p = mugai_pack (buffer, room);

    put_text (&p, text);
    return packed (&p);
}

bool
mugai_keep_text_read (const void *data, size_t size, char **ret)
{
    MugaiCursor c = mugai_cursor (data, size);
    g_autofree char *text = get_text (&c);

    if (!mugai_cursor_done (&c))
        return false;
    *ret = g_steal_pointer (&text);
    return true;
}

size_t
mugai_keep_fail_write (MugaiKeepCode code, const char *text, void *buffer, size_t room)
{
    MugaiPack p = mugai_pack (buffer, room);

    mugai_pack_u32 (&p, code);
    put_text (&p, text);
    return packed (&p);
}

bool
mugai_keep_fail_read (const void *data, size_t size, uint32_t *ret_code, char **ret_text)
{
    MugaiCursor c = mugai_cursor (data, size);
    uint32_t code = mugai_cursor_u32 (&c);
    g_autofree char *text = get_text (&c);

    if (!mugai_cursor_done (&c) || code < MUGAI_KEEP_CODE_VERSION || code > MUGAI_KEEP_CODE_BAD)
        return false;
    *ret_code = code;
    *ret_text = g_steal_pointer (&text);
    return true;
}

/* ---- put ---- */

size_t
mugai_keep_put_write (const MugaiKeepPut *put, void *buffer, size_t room)
{
    MugaiPack p = mugai_pack (buffer, room);

    put_id (&p, put->id);
    mugai_pack_bytes (&p, put->content_sha256, MUGAI_SHA256_SIZE);
    mugai_pack_bytes (&p, put->policy, MUGAI_SHA256_SIZE);
    mugai_pack_bytes (&p, put->engine, MUGAI_SHA256_SIZE);
    mugai_pack_u32 (&p, put->kind);
    put_text (&p, put->auth);
    return packed (&p);
}

bool
mugai_keep_put_read (const void *data, size_t size, MugaiKeepPut *ret, char **ret_auth)
{
    MugaiCursor c = mugai_cursor (data, size);
    MugaiKeepPut put = { 0 };

    get_id (&c, put.id);
    get_digest (&c, put.content_sha256);
    get_digest (&c, put.policy);
    get_digest (&c, put.engine);
    put.kind = mugai_cursor_u32 (&c);
    g_autofree char *auth = get_text (&c);
    if (!mugai_cursor_done (&c) || put.kind < MUGAI_ITEM_MAIL || put.kind > MUGAI_ITEM_FILE)
        return false;
    put.auth = auth;
    *ret = put;
    *ret_auth = g_steal_pointer (&auth);
    return true;
}

/* ---- record ---- */

size_t
mugai_keep_record_write (const MugaiKeepRecord *record, void *buffer, size_t room)
{
    MugaiPack p = mugai_pack (buffer, room);

    put_id (&p, record->id);
    mugai_pack_u32 (&p, record->state);
    mugai_pack_u8 (&p, record->durable ? 1 : 0);
    mugai_pack_u32 (&p, record->kind);
    mugai_pack_u32 (&p, record->in);
    mugai_pack_u32 (&p, record->delivered);
    mugai_pack_u32 (&p, record->converted);
    mugai_pack_u32 (&p, record->withheld);
    mugai_pack_u64 (&p, record->size_in);
    mugai_pack_u64 (&p, record->size_out);
    mugai_pack_bytes (&p, record->sha256_out, MUGAI_SHA256_SIZE);
    mugai_pack_u32 (&p, record->recipients);
    const char *const texts[] = { record->client,   record->queue_id, record->reason,
                                  record->subject,  record->from,     record->message_id,
                                  record->findings, record->sender,   record->recipient };
    for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
        put_text (&p, texts[i]);
    return packed (&p);
}

static bool
record_state_ok (uint32_t state)
{
    switch (state) {
    case MUGAI_KEEP_HANDED_OVER:
    case MUGAI_KEEP_HOLDING:
    case MUGAI_KEEP_HELD:
    case MUGAI_KEEP_REJECTED:
    case MUGAI_KEEP_DEFERRED:
    case MUGAI_KEEP_UNTOUCHED:
    case MUGAI_KEEP_RELEASED:
        return true;
    default:
        return false;
    }
}

/* Copy the next text with a NUL to *at. */
static const char *
take_text (MugaiCursor *c, char **at)
{
    size_t size = 0;
    const uint8_t *bytes = mugai_cursor_blob (c, MUGAI_KEEP_TEXT, &size);
    char *text = *at;

    if (c->failed || (size > 0 && memchr (bytes, 0, size) != NULL)) {
        c->failed = true;
        return NULL;
    }
    if (size > 0)
        memcpy (text, bytes, size);
    text[size] = '\0';
    *at += size + 1;
    return text;
}

bool
mugai_keep_record_read (const void *data, size_t size, MugaiKeepRecord *ret, char **ret_texts)
{
    MugaiCursor c = mugai_cursor (data, size);
    MugaiKeepRecord r = { 0 };

    get_id (&c, r.id);
    r.state = mugai_cursor_u32 (&c);
    uint8_t durable = mugai_cursor_u8 (&c);
    r.durable = durable == 1;
    r.kind = mugai_cursor_u32 (&c);
    r.in = mugai_cursor_u32 (&c);
    r.delivered = mugai_cursor_u32 (&c);
    r.converted = mugai_cursor_u32 (&c);
    r.withheld = mugai_cursor_u32 (&c);
    r.size_in = mugai_cursor_u64 (&c);
    r.size_out = mugai_cursor_u64 (&c);
    get_digest (&c, r.sha256_out);
    r.recipients = mugai_cursor_u32 (&c);
    if (c.failed || durable > 1 || !record_state_ok (r.state) || r.kind < MUGAI_ITEM_MAIL ||
        r.kind > MUGAI_ITEM_FILE)
        return false;
    /* Each text takes 4 bytes of length on the wire, so its NUL always fits in a copy of the same
     * size. */
    g_autofree char *texts = g_malloc (mugai_cursor_left (&c) + 1);
    char *at = texts;
    const char **const to[] = { &r.client,     &r.queue_id, &r.reason, &r.subject,  &r.from,
                                &r.message_id, &r.findings, &r.sender, &r.recipient };
    for (size_t i = 0; i < G_N_ELEMENTS (to); i++)
        *to[i] = take_text (&c, &at);
    if (!mugai_cursor_done (&c))
        return false;
    *ret = r;
    *ret_texts = g_steal_pointer (&texts);
    return true;
}

/* ---- entry ---- */

static char **
entry_text (MugaiKeepEntry *e, size_t i)
{
    char **const at[] = { &e->sender,     &e->recipient, &e->subject,  &e->from,
                          &e->message_id, &e->client,    &e->queue_id, &e->reason,
                          &e->findings,   &e->auth,      &e->who };
    return i < G_N_ELEMENTS (at) ? at[i] : NULL;
}

void
mugai_keep_entry_clear (MugaiKeepEntry *entry)
{
    char **text;

    for (size_t i = 0; (text = entry_text (entry, i)) != NULL; i++)
        g_free (*text);
    *entry = (MugaiKeepEntry){ 0 };
}

size_t
mugai_keep_entry_write (const MugaiKeepEntry *e, uint32_t extra, void *buffer, size_t room)
{
    MugaiPack p = mugai_pack (buffer, room);
    MugaiKeepEntry shallow = *e;
    char **text;

    mugai_pack_u32 (&p, extra);
    put_id (&p, e->id);
    mugai_pack_u32 (&p, e->state);
    mugai_pack_u32 (&p, e->kind);
    mugai_pack_u8 (&p, (uint8_t)((e->original ? 1 : 0) | (e->has_report ? 2 : 0)));
    mugai_pack_u64 (&p, (uint64_t)e->received_us);
    mugai_pack_u64 (&p, (uint64_t)e->changed_us);
    mugai_pack_u32 (&p, e->recipients);
    mugai_pack_u32 (&p, e->in);
    mugai_pack_u32 (&p, e->delivered);
    mugai_pack_u32 (&p, e->converted);
    mugai_pack_u32 (&p, e->withheld);
    mugai_pack_u64 (&p, e->size_in);
    mugai_pack_u64 (&p, e->size_out);
    mugai_pack_u64 (&p, e->size_kept);
    mugai_pack_bytes (&p, e->sha256_in, MUGAI_SHA256_SIZE);
    mugai_pack_bytes (&p, e->sha256_out, MUGAI_SHA256_SIZE);
    mugai_pack_bytes (&p, e->policy, MUGAI_SHA256_SIZE);
    mugai_pack_bytes (&p, e->engine, MUGAI_SHA256_SIZE);
    for (size_t i = 0; (text = entry_text (&shallow, i)) != NULL; i++)
        put_text (&p, *text);
    return packed (&p);
}

static void
entry_read_fixed (MugaiCursor *c, MugaiKeepEntry *e)
{
    get_id (c, e->id);
    e->state = mugai_cursor_u32 (c);
    e->kind = mugai_cursor_u32 (c);
    uint8_t flags = mugai_cursor_u8 (c);
    e->original = (flags & 1) != 0;
    e->has_report = (flags & 2) != 0;
    e->received_us = (int64_t)mugai_cursor_u64 (c);
    e->changed_us = (int64_t)mugai_cursor_u64 (c);
    e->recipients = mugai_cursor_u32 (c);
    e->in = mugai_cursor_u32 (c);
    e->delivered = mugai_cursor_u32 (c);
    e->converted = mugai_cursor_u32 (c);
    e->withheld = mugai_cursor_u32 (c);
    e->size_in = mugai_cursor_u64 (c);
    e->size_out = mugai_cursor_u64 (c);
    e->size_kept = mugai_cursor_u64 (c);
    get_digest (c, e->sha256_in);
    get_digest (c, e->sha256_out);
    get_digest (c, e->policy);
    get_digest (c, e->engine);
    if (flags > 3 || mugai_keep_state_name (e->state) == NULL)
        c->failed = true;
}

bool
mugai_keep_entry_read (const void *data, size_t size, MugaiKeepEntry *ret, uint32_t *ret_extra)
{
    MugaiCursor c = mugai_cursor (data, size);
    g_auto (MugaiKeepEntry) e = { 0 };
    uint32_t extra = mugai_cursor_u32 (&c);
    char **text;

    entry_read_fixed (&c, &e);
    for (size_t i = 0; !c.failed && (text = entry_text (&e, i)) != NULL; i++)
        *text = get_text (&c);
    if (!mugai_cursor_done (&c))
        return false;
    *ret = e;
    *ret_extra = extra;
    e = (MugaiKeepEntry){ 0 };
    return true;
}

void
mugai_keep_item_clear (MugaiKeepItem *item)
{
    mugai_keep_entry_clear (&item->entry);
    mugai_fd_clear (&item->report);
    mugai_fd_clear (&item->content);
    mugai_fd_clear (&item->envelope);
}

/* ---- requests about items ---- */

size_t
mugai_keep_query_write (const MugaiKeepQuery *query, void *buffer, size_t room)
{
    MugaiPack p = mugai_pack (buffer, room);

    mugai_pack_u32 (&p, query->states);
    mugai_pack_u64 (&p, (uint64_t)query->since_us);
    mugai_pack_u64 (&p, (uint64_t)query->until_us);
    mugai_pack_u32 (&p, query->limit);
    put_text (&p, query->prefix);
    return packed (&p);
}

static bool
prefix_ok (const char *text)
{
    size_t length = strlen (text);

    return length < MUGAI_ID_SIZE && strspn (text, "0123456789abcdef") == length;
}

bool
mugai_keep_query_read (const void *data, size_t size, MugaiKeepQuery *ret)
{
    MugaiCursor c = mugai_cursor (data, size);
    MugaiKeepQuery q = { 0 };

    q.states = mugai_cursor_u32 (&c);
    q.since_us = (int64_t)mugai_cursor_u64 (&c);
    q.until_us = (int64_t)mugai_cursor_u64 (&c);
    q.limit = mugai_cursor_u32 (&c);
    g_autofree char *prefix = get_text (&c);
    if (!mugai_cursor_done (&c) || !prefix_ok (prefix) || q.states >= 2u << MUGAI_KEEP_STATES)
        return false;
    g_strlcpy (q.prefix, prefix, sizeof q.prefix);
    *ret = q;
    return true;
}

size_t
mugai_keep_get_write (const char *id, uint32_t want, void *buffer, size_t room)
{
    MugaiPack p = mugai_pack (buffer, room);

    mugai_pack_u32 (&p, want);
    put_text (&p, id);
    return packed (&p);
}

bool
mugai_keep_get_read (const void *data, size_t size, char ret_id[MUGAI_ID_SIZE], uint32_t *ret_want)
{
    MugaiCursor c = mugai_cursor (data, size);
    uint32_t want = mugai_cursor_u32 (&c);
    g_autofree char *id = get_text (&c);

    if (!mugai_cursor_done (&c) || want > 7 || !prefix_ok (id) || strlen (id) < 4)
        return false;
    g_strlcpy (ret_id, id, MUGAI_ID_SIZE);
    *ret_want = want;
    return true;
}

bool
mugai_keep_id_prefix (const char *text, char ret[MUGAI_ID_SIZE])
{
    char digits[MUGAI_ID_SIZE];
    size_t n = 0;

    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '-')
            continue;
        if (!g_ascii_isxdigit (*at) || n == MUGAI_ID_SIZE - 1)
            return false;
        digits[n++] = g_ascii_tolower (*at);
    }
    if (n < 4)
        return false;
    digits[n] = '\0';
    memcpy (ret, digits, n + 1);
    return true;
}

/* ---- log and status ---- */

size_t
mugai_keep_problem_write (const char *file, uint64_t line, const char *what, void *buffer,
                          size_t room)
{
    MugaiPack p = mugai_pack (buffer, room);

    put_text (&p, file);
    mugai_pack_u64 (&p, line);
    put_text (&p, what);
    return packed (&p);
}

bool
mugai_keep_problem_read (const void *data, size_t size, char **ret_file, uint64_t *ret_line,
                         char **ret_what)
{
    MugaiCursor c = mugai_cursor (data, size);
    g_autofree char *file = get_text (&c);
    uint64_t line = mugai_cursor_u64 (&c);
    g_autofree char *what = c.failed ? NULL : get_text (&c);

    if (!mugai_cursor_done (&c))
        return false;
    *ret_file = g_steal_pointer (&file);
    *ret_line = line;
    *ret_what = g_steal_pointer (&what);
    return true;
}

size_t
mugai_keep_log_result_write (const MugaiKeepLogResult *result, void *buffer, size_t room)
{
    MugaiPack p = mugai_pack (buffer, room);

    mugai_pack_u64 (&p, result->files);
    mugai_pack_u64 (&p, result->lines);
    mugai_pack_u64 (&p, result->problems);
    mugai_pack_u64 (&p, result->seq);
    mugai_pack_bytes (&p, result->hash, MUGAI_SHA256_SIZE);
    return packed (&p);
}

bool
mugai_keep_log_result_read (const void *data, size_t size, MugaiKeepLogResult *ret)
{
    MugaiCursor c = mugai_cursor (data, size);
    MugaiKeepLogResult r = { 0 };

    r.files = mugai_cursor_u64 (&c);
    r.lines = mugai_cursor_u64 (&c);
    r.problems = mugai_cursor_u64 (&c);
    r.seq = mugai_cursor_u64 (&c);
    get_digest (&c, r.hash);
    if (!mugai_cursor_done (&c))
        return false;
    *ret = r;
    return true;
}

size_t
mugai_keep_status_write (const MugaiKeepStatus *s, void *buffer, size_t room)
{
    MugaiPack p = mugai_pack (buffer, room);
    const uint64_t numbers[] = {
        s->items,   s->held,         s->bytes,    s->quota,        s->free,
        s->log_seq, s->percent,      s->refusing, s->index_behind, (uint64_t)s->retention_us,
        s->puts,    s->put_failures, s->commits
    };

    for (size_t i = 0; i < G_N_ELEMENTS (numbers); i++)
        mugai_pack_u64 (&p, numbers[i]);
    return packed (&p);
}

bool
mugai_keep_status_read (const void *data, size_t size, MugaiKeepStatus *ret)
{
    MugaiCursor c = mugai_cursor (data, size);
    MugaiKeepStatus s = { 0 };

    s.items = mugai_cursor_u64 (&c);
    s.held = mugai_cursor_u64 (&c);
    s.bytes = mugai_cursor_u64 (&c);
    s.quota = mugai_cursor_u64 (&c);
    s.free = mugai_cursor_u64 (&c);
    s.log_seq = mugai_cursor_u64 (&c);
    s.percent = (uint32_t)mugai_cursor_u64 (&c);
    s.refusing = mugai_cursor_u64 (&c) != 0;
    s.index_behind = mugai_cursor_u64 (&c) != 0;
    s.retention_us = (int64_t)mugai_cursor_u64 (&c);
    s.puts = mugai_cursor_u64 (&c);
    s.put_failures = mugai_cursor_u64 (&c);
    s.commits = mugai_cursor_u64 (&c);
    if (!mugai_cursor_done (&c))
        return false;
    *ret = s;
    return true;
}
