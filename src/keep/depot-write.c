/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: put and record append to the packs and to the log's batch and apply the event to
 * the index (inside its open transaction), so that what comes later in the same batch sees it.
 * commit makes packs, then log durable. When anything fails the batch is dropped everywhere; the
 * index takes its lost changes from the log again.
 */
#include "base/cursor.h"
#include "base/pack.h"
#include "core/envelope.h"
#include "core/error.h"
#include "keep/depot-private.h"

#include <errno.h>
#include <string.h>

enum { TEXT_MAX = MUGAI_KEEP_TEXT, META_VERSION = 1 };

MugaiKeepCode
mugai_depot_code (const GError *error)
{
    if (error->domain != MUGAI_ERROR)
        return MUGAI_KEEP_CODE_IO;
    switch ((MugaiErrorCode)error->code) {
    case MUGAI_ERROR_RESOURCE:
        return strstr (error->message, g_strerror (ENOSPC)) != NULL ||
                       strstr (error->message, g_strerror (EDQUOT)) != NULL ||
                       strstr (error->message, "disk is full") != NULL
                   ? MUGAI_KEEP_CODE_NO_SPACE
                   : MUGAI_KEEP_CODE_IO;
    case MUGAI_ERROR_MALFORMED:
        return MUGAI_KEEP_CODE_DAMAGED;
    case MUGAI_ERROR_REFUSED:
        return MUGAI_KEEP_CODE_STATE;
    case MUGAI_ERROR_LIMIT:
    case MUGAI_ERROR_UNSUPPORTED:
    case MUGAI_ERROR_DEADLINE:
    case MUGAI_ERROR_INTERNAL:
    case MUGAI_ERROR_USAGE:
        break;
    }
    return MUGAI_KEEP_CODE_BAD;
}

static bool
refuse (MugaiKeepCode *ret_code, MugaiKeepCode code, GError **error, const char *text)
{
    *ret_code = code;
    g_set_error_literal (error, MUGAI_ERROR, MUGAI_ERROR_REFUSED, text);
    return false;
}

/* ---- events ---- */

static bool
begin (MugaiDepot *depot, GError **error)
{
    if (depot->batch_open)
        return true;
    if (depot->index_behind && !mugai_depot_catch_up (depot, false, NULL, error))
        return false;
    if (!mugai_audit_turn (depot->audit, g_get_real_time(), error))
        return false;
    depot->batch_open = mugai_index_mark (depot->index, error);
    if (!depot->batch_open)
        mugai_audit_drop (depot->audit);
    return depot->batch_open;
}

bool
mugai_depot_add (MugaiDepot *depot, const MugaiDepotWho *who, MugaiEvent *event, GError **error)
{
    if (!begin (depot, error))
        return false;
    event->time_us = g_get_real_time();
    event->uid_plus_1 = who != NULL ? who->uid + 1 : 0;
    event->user = who != NULL ? who->user : NULL;
    mugai_audit_add (depot->audit, event);
    if (depot->index_since_us == 0)
        depot->index_since_us = g_get_monotonic_time();
    return mugai_index_apply (depot->index, event, error);
}

void
mugai_depot_drop (MugaiDepot *depot)
{
    g_autoptr (GError) error = NULL;
    bool marked = depot->batch_open;

    mugai_vault_rollback (depot->vault);
    mugai_audit_drop (depot->audit);
    depot->bytes -= depot->batch_bytes;
    depot->put_failures += depot->batch_puts;
    depot->batch_bytes = 0;
    depot->batch_puts = 0;
    depot->batch_open = depot->batch_durable = false;
    if (marked && mugai_index_undo (depot->index))
        return;
    mugai_index_rollback (depot->index);
    depot->index_behind = true;
    if (!mugai_depot_catch_up (depot, false, NULL, &error))
        mugai_depot_note (depot, true, "the index waits: %s", error->message);
}

void
mugai_depot_say (MugaiDepot *depot, const MugaiDepotWho *who, MugaiEventKind kind, const char *id,
                 const char *text)
{
    MugaiEvent event = { .kind = kind, .text = text };

    if (id != NULL)
        g_strlcpy (event.id, id, sizeof event.id);
    depot->batch_durable = true;
    mugai_depot_add (depot, who, &event, NULL);
}

/* ---- put ---- */

/* Sender and recipients in the order given: a retry of the same sender repeats them. */
static void
twin_of (const MugaiEnvelope *envelope, const uint8_t content[MUGAI_SHA256_SIZE],
         uint8_t ret[MUGAI_SHA256_SIZE])
{
    crypto_hash_sha256_state h;

    crypto_hash_sha256_init (&h);
    crypto_hash_sha256_update (&h, content, MUGAI_SHA256_SIZE);
    if (envelope->sender != NULL)
        crypto_hash_sha256_update (&h, (const uint8_t *)envelope->sender,
                                   strlen (envelope->sender));
    for (guint i = 0; i < envelope->recipients->len; i++) {
        const char *recipient = g_ptr_array_index (envelope->recipients, i);
        crypto_hash_sha256_update (&h, (const uint8_t *)"", 1);
        crypto_hash_sha256_update (&h, (const uint8_t *)recipient, strlen (recipient));
    }
    crypto_hash_sha256_final (&h, ret);
}

/* What the pack must say by itself, should the log be lost. */
static size_t
write_meta (const MugaiKeepPut *put, int64_t now_us, uint8_t *out, size_t room)
{
    MugaiPack p = mugai_pack (out, room);
    g_autofree char *auth = mugai_event_text (put->auth, TEXT_MAX);

    mugai_pack_u32 (&p, META_VERSION);
    mugai_pack_u64 (&p, (uint64_t)now_us);
    mugai_pack_u32 (&p, put->kind);
    mugai_pack_bytes (&p, put->content_sha256, MUGAI_SHA256_SIZE);
    mugai_pack_bytes (&p, put->policy, MUGAI_SHA256_SIZE);
    mugai_pack_bytes (&p, put->engine, MUGAI_SHA256_SIZE);
    mugai_pack_blob (&p, auth, auth != NULL ? strlen (auth) : 0);
    return p.size;
}

static char *
client_text (const MugaiEnvelope *e)
{
    g_autofree char *text = NULL;

    if (e->client_address == NULL && e->client_name == NULL)
        return mugai_event_text (e->path, TEXT_MAX);
    text = g_strdup_printf ("%s [%s]", e->client_name != NULL ? e->client_name : "unknown",
                            e->client_address != NULL ? e->client_address : "unknown");
    return mugai_event_text (text, TEXT_MAX);
}

static bool
supersede (MugaiDepot *depot, const MugaiDepotWho *who, const uint8_t twin[MUGAI_SHA256_SIZE],
           const char *by, GError **error)
{
    g_autoptr (GPtrArray) ids = mugai_index_twins (depot->index, twin, error);

    if (ids == NULL)
        return false;
    for (guint i = 0; i < ids->len; i++) {
        MugaiEvent event = { .kind = MUGAI_EVENT_SUPERSEDED, .text = by };
        g_strlcpy (event.id, g_ptr_array_index (ids, i), sizeof event.id);
        if (!mugai_depot_add (depot, who, &event, error))
            return false;
    }
    return true;
}

static bool
log_received (MugaiDepot *depot, const MugaiDepotWho *who, const MugaiKeepPut *put,
              const MugaiEnvelope *envelope, uint64_t size, const MugaiVaultPlace *place,
              GError **error)
{
    MugaiEvent event = { .kind = MUGAI_EVENT_RECEIVED,
                         .item_kind = put->kind,
                         .recipients = envelope->recipients->len,
                         .size_in = size,
                         .original = *place };
    const char *first =
        envelope->recipients->len > 0 ? g_ptr_array_index (envelope->recipients, 0) : NULL;
    g_autofree char *sender = mugai_event_text (envelope->sender, TEXT_MAX);
    g_autofree char *recipient = mugai_event_text (first, TEXT_MAX);
    g_autofree char *queue_id = mugai_event_text (envelope->queue_id, TEXT_MAX);
    g_autofree char *auth = mugai_event_text (put->auth, TEXT_MAX);
    g_autofree char *client = client_text (envelope);

    event.sender = sender;
    event.recipient = recipient;
    event.queue_id = queue_id;
    event.auth = auth;
    event.client = client;
    memcpy (event.id, put->id, sizeof event.id);
    memcpy (event.content, put->content_sha256, MUGAI_SHA256_SIZE);
    memcpy (event.policy, put->policy, MUGAI_SHA256_SIZE);
    memcpy (event.engine, put->engine, MUGAI_SHA256_SIZE);
    twin_of (envelope, put->content_sha256, event.twin);
    return supersede (depot, who, event.twin, put->id, error) &&
           mugai_depot_add (depot, who, &event, error);
}

/* The same put once more: its answer was lost with a connection. */
static bool
same_content (MugaiDepot *depot, const MugaiKeepPut *put)
{
    g_auto (MugaiIndexItem) item = { 0 };

    return mugai_index_find (depot->index, put->id, &item, NULL) == 1 &&
           memcmp (item.entry.sha256_in, put->content_sha256, MUGAI_SHA256_SIZE) == 0;
}

static bool
check_put (MugaiDepot *depot, const MugaiKeepPut *put, MugaiMap content,
           const MugaiEnvelope *envelope, bool *ret_again, MugaiKeepCode *ret_code, GError **error)
{
    uint8_t digest[MUGAI_SHA256_SIZE];
    unsigned state = 0;

    mugai_sha256 (content.data, content.size, digest);
    if (memcmp (digest, put->content_sha256, sizeof digest) != 0)
        return refuse (ret_code, MUGAI_KEEP_CODE_BAD, error,
                       "SHA-256 of the content differs from what was announced");
    if (strcmp (envelope->id, put->id) != 0)
        return refuse (ret_code, MUGAI_KEEP_CODE_BAD, error, "the envelope has another id");
    if (depot->options.quota > 0 && depot->bytes + content.size > depot->options.quota)
        return refuse (
            ret_code, MUGAI_KEEP_CODE_NO_SPACE, error,
            "quota is used up; raise it or shorten the retention (mugai keep expire --older-than)");
    if (!mugai_index_state (depot->index, put->id, &state, error)) {
        *ret_code = mugai_depot_code (*error);
        return false;
    }
    *ret_again = state == MUGAI_KEEP_RECEIVED && same_content (depot, put);
    return state == 0 || *ret_again ||
           refuse (ret_code, MUGAI_KEEP_CODE_BAD, error, "an item with this id exists already");
}

bool
mugai_depot_put (MugaiDepot *depot, const MugaiDepotWho *who, const MugaiKeepPut *put,
                 MugaiMap content, MugaiMap envelope, MugaiKeepCode *ret_code, GError **error)
{
    uint8_t meta[MUGAI_VAULT_META_MAX];
    MugaiVaultPlace place = { 0 };
    g_autoptr (MugaiEnvelope) values = mugai_envelope_read (envelope.data, envelope.size, error);
    int64_t now_us = g_get_real_time();

    if (values == NULL) {
        *ret_code = MUGAI_KEEP_CODE_BAD;
        return false;
    }
    bool again = false;
    if (!check_put (depot, put, content, values, &again, ret_code, error))
        return false;
    if (again)
        return true;
    size_t meta_size = write_meta (put, now_us, meta, sizeof meta);
    if (!begin (depot, error) ||
        !mugai_vault_append (depot->vault, MUGAI_VAULT_ORIGINAL, put->id, now_us,
                             (MugaiVaultBytes){ meta, meta_size },
                             (MugaiVaultBytes){ envelope.data, envelope.size },
                             (MugaiVaultBytes){ content.data, content.size }, &place, error)) {
        *ret_code = mugai_depot_code (*error);
        return false;
    }
    depot->bytes += place.length;
    depot->batch_bytes += place.length;
    depot->batch_puts++;
    depot->batch_durable = true;
    if (!log_received (depot, who, put, values, content.size, &place, error)) {
        *ret_code = mugai_depot_code (*error);
        mugai_depot_drop (depot); /* whole: the index may know half of it */
        return false;
    }
    return true;
}

/* ---- record ---- */

static bool
may_follow (unsigned from, unsigned to)
{
    switch (from) {
    case 0:
        return to == MUGAI_KEEP_UNTOUCHED;
    case MUGAI_KEEP_RECEIVED:
    case MUGAI_KEEP_DEFERRED:
    case MUGAI_KEEP_SUPERSEDED:
        return to != MUGAI_KEEP_UNTOUCHED && to != MUGAI_KEEP_RELEASED;
    case MUGAI_KEEP_HOLDING:
        return to != MUGAI_KEEP_UNTOUCHED;
    case MUGAI_KEEP_HANDED_OVER:
        return to == MUGAI_KEEP_HANDED_OVER || to == MUGAI_KEEP_DEFERRED ||
               to == MUGAI_KEEP_RELEASED;
    case MUGAI_KEEP_HELD:
    case MUGAI_KEEP_RELEASED:
        return to == from || to == MUGAI_KEEP_RELEASED;
    default:
        return to == from;
    }
}

static bool
check_record (MugaiDepot *depot, const MugaiKeepRecord *record, MugaiKeepCode *ret_code,
              GError **error)
{
    unsigned state = 0;

    if (!mugai_index_state (depot->index, record->id, &state, error)) {
        *ret_code = mugai_depot_code (*error);
        return false;
    }
    if (may_follow (state, record->state))
        return true;
    if (state == 0)
        return refuse (ret_code, MUGAI_KEEP_CODE_NOT_FOUND, error, "no such item");
    *ret_code = MUGAI_KEEP_CODE_STATE;
    g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_REFUSED, "an item that is %s cannot become %s",
                 mugai_keep_state_name (state), mugai_keep_state_name (record->state));
    return false;
}

static bool
log_recorded (MugaiDepot *depot, const MugaiDepotWho *who, const MugaiKeepRecord *r,
              const MugaiVaultPlace *report, GError **error)
{
    MugaiEvent event = { .kind = MUGAI_EVENT_RECORDED,
                         .state = r->state,
                         .item_kind = r->kind,
                         .in = r->in,
                         .delivered = r->delivered,
                         .converted = r->converted,
                         .withheld = r->withheld,
                         .size_in = r->size_in,
                         .size_out = r->size_out,
                         .recipients = r->recipients,
                         .report = *report };
    const char *const in[] = { r->client,     r->queue_id, r->reason, r->subject,  r->from,
                               r->message_id, r->findings, r->sender, r->recipient };
    const char **const to[] = { &event.client,   &event.queue_id, &event.reason,
                                &event.subject,  &event.from,     &event.message_id,
                                &event.findings, &event.sender,   &event.recipient };
    char *texts[G_N_ELEMENTS (in)];

    memcpy (event.id, r->id, sizeof event.id);
    memcpy (event.output, r->sha256_out, MUGAI_SHA256_SIZE);
    for (size_t i = 0; i < G_N_ELEMENTS (in); i++)
        *to[i] = texts[i] = mugai_event_text (in[i], TEXT_MAX);
    bool ok = mugai_depot_add (depot, who, &event, error);
    for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
        g_free (texts[i]);
    return ok;
}

bool
mugai_depot_record (MugaiDepot *depot, const MugaiDepotWho *who, const MugaiKeepRecord *record,
                    MugaiMap report, MugaiKeepCode *ret_code, GError **error)
{
    MugaiVaultPlace place = { 0 };

    if (!begin (depot, error)) {
        *ret_code = mugai_depot_code (*error);
        return false;
    }
    if (!check_record (depot, record, ret_code, error))
        return false;
    if (report.size > 0 &&
        !mugai_vault_append (depot->vault, MUGAI_VAULT_REPORT, record->id, g_get_real_time(),
                             (MugaiVaultBytes){ 0 }, (MugaiVaultBytes){ 0 },
                             (MugaiVaultBytes){ report.data, report.size }, &place, error)) {
        *ret_code = mugai_depot_code (*error);
        return false;
    }
    depot->bytes += place.length;
    depot->batch_bytes += place.length;
    depot->batch_durable = depot->batch_durable || record->durable;
    if (!log_recorded (depot, who, record, &place, error)) {
        *ret_code = mugai_depot_code (*error);
        mugai_depot_drop (depot);
        return false;
    }
    return true;
}

bool
mugai_depot_poison_add (MugaiDepot *depot, const MugaiDepotWho *who,
                        const uint8_t digest[MUGAI_SHA256_SIZE], uint32_t *ret_deaths,
                        int64_t *ret_since_us, MugaiKeepCode *ret_code, GError **error)
{
    MugaiEvent event = { .kind = MUGAI_EVENT_POISON };

    if (!mugai_index_poison (depot->index, digest, &event.deaths, ret_since_us, error)) {
        *ret_code = mugai_depot_code (*error);
        return false;
    }
    event.deaths = MIN (event.deaths, UINT32_MAX - 2) + 1;
    memcpy (event.digest, digest, MUGAI_SHA256_SIZE);
    depot->batch_durable = true;
    if (!mugai_depot_add (depot, who, &event, error)) {
        *ret_code = mugai_depot_code (*error);
        mugai_depot_drop (depot);
        return false;
    }
    *ret_deaths = event.deaths;
    if (*ret_since_us == 0)
        *ret_since_us = event.time_us;
    return true;
}

/* ---- commit ---- */

/* Of the quota, or of the file system where there is none. */
static unsigned
percent_used (MugaiDepot *depot)
{
    if (depot->options.quota > 0)
        return (unsigned)MIN (depot->bytes / (depot->options.quota / 100 + 1), 1000);
    return depot->disk_percent;
}

static void
watch_space (MugaiDepot *depot)
{
    static const unsigned marks[] = { 100, 90, 80, 0 };
    unsigned percent = percent_used (depot), now = 0;
    const char *what = depot->options.quota > 0 ? "quota" : "disk";

    for (size_t i = 0; i < G_N_ELEMENTS (marks) && now == 0; i++)
        now = percent >= marks[i] ? marks[i] : 0;
    if (now > depot->mark) {
        g_autofree char *text = g_strdup_printf ("%u %% of the %s are used", percent, what);
        MugaiEvent event = { .kind = MUGAI_EVENT_SPACE, .text = text, .bytes = depot->bytes };
        mugai_depot_add (depot, NULL, &event, NULL);
        mugai_depot_note (depot, true, "%s (originals: %" G_GUINT64_FORMAT " bytes)", text,
                          depot->bytes);
        depot->mark = now;
    } else if (percent + 3 <
               depot->mark) { /* a little below, so that no warning comes at every turn */
        depot->mark = now;
    }
}

static void
committed (MugaiDepot *depot)
{
    mugai_index_release (depot->index);
    if (depot->batch_durable)
        depot->log_since_us = 0;
    else if (depot->log_since_us == 0)
        depot->log_since_us = g_get_monotonic_time();
    if (depot->batch_puts > 0 && depot->refusing) {
        depot->refusing = false;
        mugai_depot_note (depot, false, "there is space again: originals are kept as before");
    }
    depot->puts += depot->batch_puts;
    depot->commits += depot->batch_puts > 0 ? 1 : 0;
    depot->batch_puts = 0;
    depot->batch_bytes = 0;
    depot->batch_open = depot->batch_durable = false;
}

bool
mugai_depot_commit (MugaiDepot *depot, MugaiKeepCode *ret_code, GError **error)
{
    if (!depot->batch_open)
        return true;
    watch_space (depot);
    if ((depot->batch_durable && !mugai_vault_sync (depot->vault, error)) ||
        !mugai_audit_commit (depot->audit, depot->batch_durable, error)) {
        *ret_code = mugai_depot_code (*error);
        mugai_depot_drop (depot);
        return false;
    }
    committed (depot);
    return true;
}
