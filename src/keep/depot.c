/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fd.h"
#include "core/error.h"
#include "keep/depot-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

enum {
    INDEX_AFTER_US = 250000, /* an index change reaches the disk after this at the latest */
    INDEX_AFTER = 1000,      /* or after so many events */
    LOG_AFTER_US = 1000000,  /* a line that nobody waits for reaches the disk after this */
    DISK_EVERY_US = 10000000,
};

void
mugai_depot_note (const MugaiDepot *depot, bool warning, const char *format, ...)
{
    va_list args;

    if (depot->options.note == NULL)
        return;
    va_start (args, format);
    g_autofree char *text = g_strdup_vprintf (format, args);
    va_end (args);
    depot->options.note (warning, text, depot->options.note_data);
}

/* ---- open ---- */

static bool
fail_open (MugaiDepot *depot, MugaiErrorCode code, const char *what, GError **error)
{
    int number = errno;

    g_set_error (error, MUGAI_ERROR, code, "%s: %s: %s", depot->dir_path, what,
                 g_strerror (number));
    return false;
}

static bool
open_dir (MugaiDepot *depot, GError **error)
{
    struct stat st;

    if (mkdir (depot->dir_path, 0700) < 0 && errno != EEXIST)
        return fail_open (depot, MUGAI_ERROR_USAGE, "make folder", error);
    depot->dir = open (depot->dir_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (depot->dir < 0 || fstat (depot->dir, &st) < 0)
        return fail_open (depot, MUGAI_ERROR_USAGE, "open folder", error);
    if (faccessat (depot->dir, ".", R_OK | W_OK | X_OK, AT_EACCESS) < 0)
        return fail_open (depot, MUGAI_ERROR_USAGE,
                          "folder must be writable by the user of mugai-keep", error);
    depot->group = st.st_gid;
    return true;
}

static bool
lock_dir (MugaiDepot *depot, GError **error)
{
    depot->lock = openat (depot->dir, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (depot->lock < 0)
        return fail_open (depot, MUGAI_ERROR_USAGE, "lock", error);
    if (flock (depot->lock, LOCK_EX | LOCK_NB) == 0)
        return true;
    if (errno != EWOULDBLOCK)
        return fail_open (depot, MUGAI_ERROR_USAGE, "lock", error);
    g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE,
                 "%s: another mugai-keep works on this folder; use its socket, or stop it",
                 depot->dir_path);
    return false;
}

/* A database that is not sound is put aside: the log is the truth. *ret_fresh: the index knows
 * nothing yet. */
static bool
open_index (MugaiDepot *depot, GPtrArray *notes, GError **error)
{
    g_autofree char *path = g_build_filename (depot->dir_path, "index.db", NULL);
    g_autoptr (GError) why = NULL;
    MugaiAuditHead head;

    depot->index = mugai_index_open (path, &why);
    if (depot->index != NULL && mugai_index_head (depot->index, &head, &why))
        return true;
    if (!g_error_matches (why, MUGAI_ERROR, MUGAI_ERROR_MALFORMED)) {
        g_propagate_error (error, g_steal_pointer (&why));
        return false;
    }
    mugai_index_free (g_steal_pointer (&depot->index));
    g_autofree char *aside =
        g_strdup_printf ("%s.damaged-%" G_GINT64_FORMAT, path, g_get_real_time() / G_USEC_PER_SEC);
    g_autofree char *wal = g_strconcat (path, "-wal", NULL),
                    *shm = g_strconcat (path, "-shm", NULL);
    if (rename (path, aside) < 0)
        return fail_open (depot, MUGAI_ERROR_RESOURCE, "put a damaged index aside", error);
    unlink (wal);
    unlink (shm);
    g_ptr_array_add (notes, g_strdup_printf ("%s; put aside as %s and made again from the log",
                                             why->message, aside));
    depot->index = mugai_index_open (path, error);
    return depot->index != NULL;
}

/* The index knows lines that the log has not: it cannot be right. */
static bool
check_index_head (MugaiDepot *depot, GPtrArray *notes, GError **error)
{
    MugaiAuditHead head, log = mugai_audit_head (depot->audit);

    if (!mugai_index_head (depot->index, &head, error))
        return false;
    bool same = head.seq < log.seq ||
                (head.seq == log.seq && memcmp (head.hash, log.hash, sizeof log.hash) == 0);
    if (same)
        return true;
    g_ptr_array_add (notes,
                     g_strdup ("the index does not belong to this audit log; it is made again"));
    return mugai_index_empty (depot->index, error);
}

static bool
open_parts (MugaiDepot *depot, GPtrArray **ret_found, GPtrArray *notes, GError **error)
{
    const MugaiDepotOptions *o = &depot->options;

    depot->keys = mugai_crypt_keys_open (depot->dir, mugai_vault_empty (depot->dir), error);
    if (depot->keys == NULL)
        return false;
    depot->vault = mugai_vault_open (depot->dir, depot->keys, o->pack_max, error);
    if (depot->vault == NULL)
        return false;
    depot->audit = mugai_audit_open (depot->dir, o->log_max, ret_found, error);
    if (depot->audit == NULL)
        return false;
    return open_index (depot, notes, error) && check_index_head (depot, notes, error);
}

/* Say in the log what was found, and that we are here. */
static bool
begin_log (MugaiDepot *depot, const GPtrArray *found, const GPtrArray *notes, GError **error)
{
    MugaiKeepCode code;
    MugaiEvent started = { .kind = MUGAI_EVENT_STARTED, .text = "mugai-keep " MUGAI_VERSION };

    for (guint i = 0; i < found->len; i++) {
        MugaiEvent *event = g_ptr_array_index (found, i);
        MugaiEvent copy = *event;
        mugai_depot_note (depot, true, "%s", event->text);
        if (!mugai_depot_add (depot, NULL, &copy, error))
            return false;
    }
    for (guint i = 0; i < notes->len; i++) {
        MugaiEvent event = { .kind = MUGAI_EVENT_RECOVERED, .text = g_ptr_array_index (notes, i) };
        mugai_depot_note (depot, true, "%s", event.text);
        if (!mugai_depot_add (depot, NULL, &event, error))
            return false;
    }
    depot->batch_durable = true;
    return mugai_depot_add (depot, NULL, &started, error) &&
           mugai_depot_commit (depot, &code, error);
}

static void
take_options (MugaiDepot *depot, const MugaiDepotOptions *options)
{
    MugaiDepotOptions *o = &depot->options;

    *o = *options;
    depot->dir_path = g_strdup (options->dir);
    o->dir = depot->dir_path;
    o->retention_us = o->retention_us > 0 ? o->retention_us : INT64_C (90) * 86400 * G_USEC_PER_SEC;
    o->log_max = o->log_max > 0 ? o->log_max : 64 << 20;
    o->pack_max = o->pack_max > 0 ? o->pack_max : 256 << 20;
}

MugaiDepot *
mugai_depot_open (const MugaiDepotOptions *options, GError **error)
{
    g_autoptr (MugaiDepot) depot = g_new0 (MugaiDepot, 1);
    g_autoptr (GPtrArray) found = NULL, notes = g_ptr_array_new_with_free_func (g_free);

    depot->dir = depot->lock = -1;
    take_options (depot, options);
    if (sodium_init() < 0) {
        errno = EIO;
        fail_open (depot, MUGAI_ERROR_RESOURCE, "libsodium", error);
        return NULL;
    }
    if (!open_dir (depot, error) || !lock_dir (depot, error) ||
        !open_parts (depot, &found, notes, error) ||
        !mugai_depot_catch_up (depot, true, NULL, error) || !mugai_depot_count (depot, error) ||
        !begin_log (depot, found, notes, error)) {
        g_prefix_error (error, "%s: ", depot->dir_path);
        return NULL;
    }
    return g_steal_pointer (&depot);
}

void
mugai_depot_free (MugaiDepot *depot)
{
    MugaiKeepCode code;
    MugaiAuditHead head;

    if (depot == NULL)
        return;
    if (depot->index != NULL && depot->audit != NULL && mugai_audit_head (depot->audit).seq > 0) {
        mugai_depot_say (depot, NULL, MUGAI_EVENT_STOPPED, NULL, NULL);
        mugai_depot_commit (depot, &code, NULL);
        head = mugai_audit_head (depot->audit);
        if (!depot->index_behind)
            mugai_index_commit (depot->index, &head, NULL);
    }
    mugai_index_free (depot->index);
    mugai_audit_free (depot->audit);
    mugai_vault_free (depot->vault);
    mugai_crypt_keys_free (depot->keys);
    mugai_fd_clear (&depot->lock);
    mugai_fd_clear (&depot->dir);
    g_free (depot->dir_path);
    g_free (depot);
}

/* ---- what comes out ---- */

gid_t
mugai_depot_group (const MugaiDepot *depot)
{
    return depot->group;
}

bool
mugai_depot_batch_open (const MugaiDepot *depot)
{
    return depot->batch_open;
}

MugaiIndex *
mugai_depot_index (MugaiDepot *depot)
{
    return depot->index;
}

int
mugai_depot_log_folder (const MugaiDepot *depot)
{
    return mugai_audit_folder (depot->audit);
}

MugaiAuditHead
mugai_depot_log_head (const MugaiDepot *depot)
{
    return mugai_audit_head (depot->audit);
}

bool
mugai_depot_find (MugaiDepot *depot, const char *prefix, MugaiIndexItem *ret,
                  MugaiKeepCode *ret_code, GError **error)
{
    int n = mugai_index_find (depot->index, prefix, ret, error);

    if (n == 1)
        return true;
    *ret_code = n < 0    ? mugai_depot_code (*error)
                : n == 0 ? MUGAI_KEEP_CODE_NOT_FOUND
                         : MUGAI_KEEP_CODE_AMBIGUOUS;
    if (n == 0)
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE, "no item %s; see mugai keep list",
                     prefix);
    else if (n > 1)
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE,
                     "several items begin with %s; give more digits", prefix);
    return false;
}

bool
mugai_depot_read (MugaiDepot *depot, const MugaiIndexItem *item, MugaiVaultKind kind,
                  MugaiVaultRecord *ret, MugaiKeepCode *ret_code, GError **error)
{
    const MugaiVaultPlace *place = kind == MUGAI_VAULT_ORIGINAL ? &item->original : &item->report;

    if (place->length == 0) {
        *ret_code = MUGAI_KEEP_CODE_GONE;
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_REFUSED,
                     "item %s is %s; its original is not kept (any more)", item->entry.id,
                     mugai_keep_state_name (item->entry.state));
        return false;
    }
    if (mugai_vault_read (depot->vault, place, kind, item->entry.id, true, ret, error))
        return true;
    *ret_code = mugai_depot_code (*error);
    return false;
}

MugaiKeepStatus
mugai_depot_status (MugaiDepot *depot)
{
    MugaiKeepStatus s = { .bytes = depot->bytes,
                          .quota = depot->options.quota,
                          .log_seq = mugai_audit_head (depot->audit).seq,
                          .refusing = depot->refusing,
                          .index_behind = depot->index_behind || depot->index_waits,
                          .retention_us = depot->options.retention_us,
                          .puts = depot->puts,
                          .put_failures = depot->put_failures,
                          .commits = depot->commits };
    struct statvfs fs;
    uint64_t bytes;

    mugai_index_totals (depot->index, &s.items, &s.held, &bytes, NULL);
    if (fstatvfs (depot->dir, &fs) == 0) {
        s.free = (uint64_t)fs.f_bavail * fs.f_frsize;
        if (fs.f_blocks > 0)
            s.percent = (uint32_t)(100 - (uint64_t)fs.f_bavail * 100 / fs.f_blocks);
    }
    if (s.quota > 0)
        s.percent = (uint32_t)MIN (s.bytes / (s.quota / 100 + 1), 1000);
    return s;
}

bool
mugai_depot_count (MugaiDepot *depot, GError **error)
{
    uint64_t items, held;

    return mugai_index_totals (depot->index, &items, &held, &depot->bytes, error);
}

/* ---- tick ---- */

static void
sync_index (MugaiDepot *depot)
{
    g_autoptr (GError) error = NULL;
    MugaiAuditHead head = mugai_audit_head (depot->audit);

    if (depot->index_behind || mugai_index_commit (depot->index, &head, &error)) {
        if (depot->index_waits && !depot->index_behind)
            mugai_depot_note (depot, false, "the index is on disk again");
        depot->index_waits = depot->index_behind;
        depot->index_since_us = 0;
        return;
    }
    if (!depot->index_waits)
        mugai_depot_note (depot, true, "the index waits: %s", error->message);
    depot->index_waits = true;
    depot->index_behind = !mugai_index_open_changes (depot->index);
    depot->index_since_us = g_get_monotonic_time(); /* again in a while */
}

static void
sync_log (MugaiDepot *depot)
{
    if (mugai_vault_sync (depot->vault, NULL) && mugai_audit_commit (depot->audit, true, NULL))
        depot->log_since_us = 0;
    else
        depot->log_since_us = g_get_monotonic_time(); /* again in a while */
}

/* Without a quota the disk is the limit. */
static void
look_at_disk (MugaiDepot *depot, int64_t now_us)
{
    struct statvfs fs;

    if (depot->disk_us > 0 && now_us - depot->disk_us < DISK_EVERY_US)
        return;
    depot->disk_us = now_us;
    if (fstatvfs (depot->dir, &fs) == 0 && fs.f_blocks > 0)
        depot->disk_percent = (unsigned)(100 - (uint64_t)fs.f_bavail * 100 / fs.f_blocks);
}

int64_t
mugai_depot_tick (MugaiDepot *depot)
{
    int64_t now_us = g_get_monotonic_time();
    int64_t next_us = 10 * G_USEC_PER_SEC;

    if (depot->batch_open)
        return 0;
    look_at_disk (depot, now_us);
    if (depot->index_behind)
        mugai_depot_catch_up (depot, false, NULL, NULL);
    if (depot->index_since_us > 0 && (now_us - depot->index_since_us >= INDEX_AFTER_US ||
                                      mugai_index_pending (depot->index) >= INDEX_AFTER))
        sync_index (depot);
    if (depot->log_since_us > 0 && now_us - depot->log_since_us >= LOG_AFTER_US)
        sync_log (depot);
    if (depot->index_since_us > 0)
        next_us = MIN (next_us, MAX (0, depot->index_since_us + INDEX_AFTER_US - now_us));
    if (depot->log_since_us > 0)
        next_us = MIN (next_us, MAX (0, depot->log_since_us + LOG_AFTER_US - now_us));
    return depot->index_behind ? MIN (next_us, G_USEC_PER_SEC) : next_us;
}
