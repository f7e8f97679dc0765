/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cursor.h"
#include "core/envelope.h"
#include "core/error.h"
#include "keep/audit-read.h"
#include "keep/depot-private.h"

#include <string.h>

enum { COMMIT_EVERY = 5000 };

/* ---- from the log ---- */

/* Does the original that a line speaks of authenticate to its end? A disk that cannot be read says
 * nothing. */
static bool
whole (const MugaiDepot *depot, const MugaiEvent *event)
{
    g_auto (MugaiVaultRecord) record = { .envelope = -1, .content = -1 };
    g_autoptr (GError) why = NULL;

    return mugai_vault_read (depot->vault, &event->original, MUGAI_VAULT_ORIGINAL, event->id, false,
                             &record, &why) ||
           !g_error_matches (why, MUGAI_ERROR, MUGAI_ERROR_MALFORMED);
}

static bool
replay_line (MugaiDepot *depot, const MugaiAuditLine *line, uint64_t after, GPtrArray *incomplete,
             MugaiAuditHead *head, uint64_t *ret_lines, GError **error)
{
    g_auto (MugaiEvent) event = { 0 };
    const char *why = NULL;

    if (line->torn || line->too_long || !mugai_event_read (line->text, line->size, &event, &why))
        return true; /* verify-log says what is wrong; the rest still counts */
    if (event.seq <= after)
        return true;
    if (!mugai_index_apply (depot->index, &event, error))
        return false;
    head->seq = event.seq;
    mugai_sha256 (line->text, line->size, head->hash);
    (*ret_lines)++;
    if (incomplete != NULL && event.kind == MUGAI_EVENT_RECEIVED && !whole (depot, &event))
        g_ptr_array_add (incomplete, g_strdup (event.id));
    return mugai_index_pending (depot->index) < COMMIT_EVERY ||
           mugai_index_commit (depot->index, head, error);
}

static bool
replay (MugaiDepot *depot, GPtrArray *incomplete, uint64_t *ret_lines, GError **error)
{
    MugaiAuditHead head, log = mugai_audit_head (depot->audit);
    MugaiAuditLine line;
    int r;

    if (!mugai_index_head (depot->index, &head, error))
        return false;
    uint64_t after = head.seq;
    if (after >= log.seq)
        return true;
    g_autoptr (MugaiAuditReader) reader =
        mugai_audit_reader_new (mugai_audit_folder (depot->audit), after + 1, error);
    if (reader == NULL)
        return false;
    while ((r = mugai_audit_reader_next (reader, &line, error)) == 1)
        if (!replay_line (depot, &line, after, incomplete, &head, ret_lines, error))
            return false;
    if (r < 0)
        return false;
    /* Changes that only cannot be written now count all the same; those that SQLite threw away do
     * not, and a second commit would find nothing to do and succeed. */
    g_autoptr (GError) why = NULL;
    if (mugai_index_commit (depot->index, &log, &why) || mugai_index_open_changes (depot->index))
        return true;
    g_propagate_error (error, g_steal_pointer (&why));
    return false;
}

bool
mugai_depot_catch_up (MugaiDepot *depot, bool after_crash, uint64_t *ret_lines, GError **error)
{
    g_autoptr (GPtrArray) incomplete = after_crash ? g_ptr_array_new_with_free_func (g_free) : NULL;
    uint64_t lines = 0;
    MugaiAuditHead head;

    if (!mugai_index_head (depot->index, &head, error))
        return false;
    bool fresh =
        head.seq == 0; /* not the end of a crash, but all that ever was: nothing is struck out */
    if (!replay (depot, fresh ? NULL : incomplete, &lines, error)) {
        mugai_index_rollback (depot->index);
        depot->index_behind = true;
        return false;
    }
    depot->index_behind = false;
    depot->index_since_us = mugai_index_open_changes (depot->index) ? g_get_monotonic_time() : 0;
    if (ret_lines != NULL)
        *ret_lines = lines;
    for (guint i = 0; incomplete != NULL && i < incomplete->len; i++)
        mugai_depot_say (depot, NULL, MUGAI_EVENT_INCOMPLETE, g_ptr_array_index (incomplete, i),
                         "its original never became whole; nobody was told that it is kept");
    return true;
}

/* ---- from the packs ---- */

typedef struct Search {
    MugaiDepot *depot;
    const MugaiDepotWho *who;
    uint64_t found;
    GError *error;
} Search;

static bool
read_meta (const MugaiVaultRecord *record, MugaiEvent *event, char **ret_auth)
{
    MugaiCursor c = mugai_cursor (record->meta->data, record->meta->len);
    uint8_t *const digests[] = { event->content, event->policy, event->engine };
    size_t size = 0;

    if (mugai_cursor_u32 (&c) != 1)
        return false;
    mugai_cursor_u64 (&c); /* when it was received: the event's time is that of the finding */
    event->item_kind = mugai_cursor_u32 (&c);
    for (size_t i = 0; i < G_N_ELEMENTS (digests); i++) {
        const uint8_t *bytes = mugai_cursor_bytes (&c, MUGAI_SHA256_SIZE);
        if (bytes != NULL)
            memcpy (digests[i], bytes, MUGAI_SHA256_SIZE);
    }
    const uint8_t *auth = mugai_cursor_blob (&c, MUGAI_KEEP_TEXT, &size);
    if (!mugai_cursor_done (&c))
        return false;
    *ret_auth = size > 0 ? g_strndup ((const char *)auth, size) : NULL;
    return true;
}

/* One original that no line speaks of goes into log and index. */
static bool
add_found (Search *s, const MugaiVaultPlace *place, const char *id)
{
    MugaiDepot *depot = s->depot;
    g_auto (MugaiVaultRecord) record = { .envelope = -1, .content = -1 };
    g_autofree char *auth = NULL, *sender = NULL, *recipient = NULL;
    g_autoptr (MugaiEnvelope) envelope = NULL;
    mugai_automap map = { 0 };
    MugaiEvent event = { .kind = MUGAI_EVENT_RECEIVED,
                         .original = *place,
                         .text = "found without a line in the log" };

    if (!mugai_vault_read (depot->vault, place, MUGAI_VAULT_ORIGINAL, id, true, &record, NULL) ||
        !read_meta (&record, &event, &auth) ||
        mugai_memfd_map (record.envelope, MUGAI_ENVELOPE_SIZE, &map) < 0)
        return true; /* cut or changed: it is no original */
    envelope = mugai_envelope_read (map.data, map.size, NULL);
    if (envelope == NULL)
        return true;
    sender = mugai_event_text (envelope->sender, MUGAI_KEEP_TEXT);
    if (envelope->recipients->len > 0)
        recipient = mugai_event_text (g_ptr_array_index (envelope->recipients, 0), MUGAI_KEEP_TEXT);
    g_strlcpy (event.id, id, sizeof event.id);
    event.sender = sender;
    event.recipient = recipient;
    event.recipients = envelope->recipients->len;
    event.auth = auth;
    event.size_in = record.content_size;
    depot->batch_durable = true;
    s->found++;
    return mugai_depot_add (depot, s->who, &event, &s->error);
}

static bool
look_at (const MugaiVaultPlace *place, MugaiVaultKind kind, const char *id, void *data)
{
    Search *s = data;
    unsigned state = 0;

    if (kind != MUGAI_VAULT_ORIGINAL)
        return true;
    if (!mugai_index_state (s->depot->index, id, &state, &s->error))
        return false;
    return state != 0 || add_found (s, place, id);
}

bool
mugai_depot_reindex (MugaiDepot *depot, const MugaiDepotWho *who, uint64_t *ret_items,
                     uint64_t *ret_lines, MugaiKeepCode *ret_code, GError **error)
{
    Search search = { .depot = depot, .who = who };
    uint64_t held, bytes, lines = 0;
    MugaiEvent done = { .kind = MUGAI_EVENT_REINDEXED };

    bool ok = mugai_depot_commit (depot, ret_code, error) &&
              mugai_index_empty (depot->index, error) &&
              mugai_depot_catch_up (depot, false, &lines, error) &&
              mugai_vault_walk (depot->vault, look_at, &search, error);
    if (ok && search.error != NULL) {
        g_propagate_error (error, search.error);
        ok = false;
    }
    done.count = search.found;
    ok = ok && mugai_depot_add (depot, who, &done, error) &&
         mugai_depot_commit (depot, ret_code, error) && mugai_depot_count (depot, error) &&
         mugai_index_totals (depot->index, ret_items, &held, &bytes, error);
    if (!ok) {
        *ret_code = mugai_depot_code (*error);
        mugai_depot_drop (depot);
        return false;
    }
    *ret_lines = lines;
    return true;
}
