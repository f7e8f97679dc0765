/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: the batch is one string and one write(2). `size` is what of the file is good; a
 * failed write or sync is followed by ftruncate to it, and as long as that fails nothing more is
 * written.
 */
#include "keep/audit.h"

#include "base/fd.h"
#include "core/error.h"
#include "keep/audit-read.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { HEAD_SIZE = 20 + 1 + 64 + 1 };

struct MugaiAudit {
    int folder, fd, head_fd;
    uint64_t file_max;
    uint64_t size; /* bytes of the file that are good */
    bool dirty;    /* there may be more than that in it */
    bool unsynced;
    int64_t day; /* of the file's first line, days since 1970; -1: not known, new or empty */
    MugaiAuditHead done; /* written */
    MugaiAuditHead next; /* with the batch */
    GString *batch;
};

static bool
fail (GError **error, const char *what)
{
    int number = errno;
    g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE, "audit log: %s: %s", what,
                 g_strerror (number));
    return false;
}

static void
hash_line (const char *line, size_t size, uint8_t ret[MUGAI_SHA256_SIZE])
{
    mugai_sha256 (line, size, ret);
}

/* ---- the end of what is there ---- */

static int64_t
day_of (int64_t time_us)
{
    return time_us / G_TIME_SPAN_DAY;
}

/* The last whole line of the file into @ret (transfer full), and where it ends; *ret_good 0 when
 * there is none. */
static bool
last_line (int fd, uint64_t size, char **ret, size_t *ret_size, uint64_t *ret_good, GError **error)
{
    uint64_t from = size > 2 * MUGAI_EVENT_LINE_MAX ? size - 2 * MUGAI_EVENT_LINE_MAX : 0;
    size_t n = (size_t)(size - from);
    g_autofree char *tail = g_malloc (n + 1);

    if (pread (fd, tail, n, (off_t)from) != (ssize_t)n)
        return fail (error, "read");
    const char *end = memrchr (tail, '\n', n);
    if (end == NULL) {
        *ret_good = 0;
        *ret = NULL;
        return from == 0 || (errno = EILSEQ, fail (error, "its last line has no end"));
    }
    const char *before = memrchr (tail, '\n', (size_t)(end - tail));
    const char *begin = before == NULL ? tail : before + 1;
    *ret_size = (size_t)(end - begin);
    *ret = g_memdup2 (begin, *ret_size + 1);
    *ret_good = from + (uint64_t)(end + 1 - tail);
    return true;
}

static bool
take_head (MugaiAudit *audit, const char *line, size_t size, GError **error)
{
    g_auto (MugaiEvent) event = { 0 };
    const char *why = NULL;

    if (!mugai_event_read (line, size, &event, &why)) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_MALFORMED,
                     "audit log: the last line of audit.log is damaged (%s); put the file aside "
                     "for investigation, then "
                     "start again",
                     why);
        return false;
    }
    audit->day = day_of (event.time_us);
    audit->done.seq = event.seq;
    hash_line (line, size, audit->done.hash);
    return true;
}

static MugaiEvent *
found_event (GPtrArray *found, MugaiEventKind kind, const char *text)
{
    MugaiEvent *event = g_new0 (MugaiEvent, 1);

    event->kind = kind;
    event->text = g_strdup (text);
    g_ptr_array_add (found, event);
    return event;
}

static void
found_free (void *data)
{
    mugai_event_clear (data);
    g_free (data);
}

/* Move what follows the last whole line to a file of its own. */
static bool
put_torn_aside (MugaiAudit *audit, uint64_t good, uint64_t size, GPtrArray *found, GError **error)
{
    size_t n = (size_t)(size - good);
    g_autofree char *torn = g_malloc (n);
    char name[40];

    snprintf (name, sizeof name, "torn-%llu", (unsigned long long)audit->done.seq + 1);
    mugai_autofd side =
        openat (audit->folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (side < 0 || pread (audit->fd, torn, n, (off_t)good) != (ssize_t)n ||
        write (side, torn, n) != (ssize_t)n || fsync (side) < 0 || fsync (audit->folder) < 0 ||
        ftruncate (audit->fd, (off_t)good) < 0)
        return fail (error, "put a torn last line aside");
    MugaiEvent *event =
        found_event (found, MUGAI_EVENT_RECOVERED, "torn last line of the audit log put aside");
    event->file = g_strdup (name);
    event->bytes = n;
    hash_line (torn, n, event->digest);
    return true;
}

/* The end of the newest rotated file, when audit.log is new. */
static bool
take_rotated_head (MugaiAudit *audit, GError **error)
{
    int number = mugai_audit_last_number (audit->folder);
    g_autofree char *line = NULL;
    char name[32];
    struct stat st;
    uint64_t good = 0;
    size_t size = 0;

    if (number <= 0)
        return true;
    snprintf (name, sizeof name, "audit-%06d.log", number);
    mugai_autofd fd = openat (audit->folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 || fstat (fd, &st) < 0)
        return fail (error, "open the previous file");
    return last_line (fd, (uint64_t)st.st_size, &line, &size, &good, error) &&
           (line == NULL || take_head (audit, line, size, error));
}

static bool
take_end (MugaiAudit *audit, GPtrArray *found, GError **error)
{
    g_autofree char *line = NULL;
    struct stat st;
    size_t size = 0;

    if (fstat (audit->fd, &st) < 0)
        return fail (error, "stat");
    uint64_t file_size = (uint64_t)st.st_size;
    if (!last_line (audit->fd, file_size, &line, &size, &audit->size, error))
        return false;
    if (line != NULL ? !take_head (audit, line, size, error) : !take_rotated_head (audit, error))
        return false;
    return file_size == audit->size || put_torn_aside (audit, audit->size, file_size, found, error);
}

/* Lines that the head knows and the log does not: the numbers go on behind them, so the gap stays
 * visible. */
static void
compare_head (MugaiAudit *audit, GPtrArray *found)
{
    char text[HEAD_SIZE + 1] = { 0 };
    MugaiAuditHead head = { 0 };
    size_t n = 0;

    if (pread (audit->head_fd, text, HEAD_SIZE, 0) != HEAD_SIZE ||
        sodium_hex2bin (head.hash, sizeof head.hash, text + 21, 64, NULL, &n, NULL) != 0 ||
        n != sizeof head.hash)
        return;
    head.seq = g_ascii_strtoull (text, NULL, 10);
    if (head.seq < audit->done.seq ||
        (head.seq == audit->done.seq &&
         memcmp (head.hash, audit->done.hash, MUGAI_SHA256_SIZE) == 0))
        return;
    if (head.seq ==
        audit->done.seq) { /* the chain goes on from what it was, so the change stays visible */
        found_event (found, MUGAI_EVENT_RECOVERED, "the last line of the audit log was edited")
            ->count = head.seq;
        audit->done = head;
        return;
    }
    MugaiEvent *event =
        found_event (found, MUGAI_EVENT_RECOVERED, "lines are missing at the end of the audit log");
    event->count = head.seq - audit->done.seq;
    audit->done = head;
}

static bool
open_current (MugaiAudit *audit, GError **error)
{
    audit->fd =
        openat (audit->folder, "audit.log", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    audit->head_fd =
        openat (audit->folder, "head", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (audit->fd < 0 || audit->head_fd < 0 || fsync (audit->folder) < 0)
        return fail (error, "open audit.log");
    return true;
}

MugaiAudit *
mugai_audit_open (int dir, uint64_t file_max, GPtrArray **ret_found, GError **error)
{
    g_autoptr (MugaiAudit) audit = g_new0 (MugaiAudit, 1);
    g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (found_free);

    audit->file_max = file_max;
    audit->fd = audit->head_fd = -1;
    audit->day = -1;
    audit->batch = g_string_sized_new (65536);
    if (mkdirat (dir, "audit", 0700) < 0 && errno != EEXIST) {
        audit->folder = -1;
        fail (error, "make folder");
        return NULL;
    }
    audit->folder = openat (dir, "audit", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (audit->folder < 0) {
        fail (error, "open folder");
        return NULL;
    }
    if (!open_current (audit, error) || !take_end (audit, found, error))
        return NULL;
    compare_head (audit, found);
    audit->next = audit->done;
    *ret_found = g_steal_pointer (&found);
    return g_steal_pointer (&audit);
}

void
mugai_audit_free (MugaiAudit *audit)
{
    if (audit == NULL)
        return;
    mugai_fd_clear (&audit->fd);
    mugai_fd_clear (&audit->head_fd);
    mugai_fd_clear (&audit->folder);
    if (audit->batch != NULL)
        g_string_free (audit->batch, TRUE);
    g_free (audit);
}

/* ---- writing ---- */

void
mugai_audit_add (MugaiAudit *audit, MugaiEvent *event)
{
    size_t from = audit->batch->len;

    event->seq = audit->next.seq + 1;
    mugai_event_write (event, audit->next.hash, audit->batch);
    audit->next.seq = event->seq;
    hash_line (audit->batch->str + from, audit->batch->len - from - 1, audit->next.hash);
}

void
mugai_audit_drop (MugaiAudit *audit)
{
    g_string_truncate (audit->batch, 0);
    audit->next = audit->done;
}

static bool
write_at (MugaiAudit *audit, const char *data, size_t size)
{
    uint64_t at = audit->size;

    audit->dirty = true;
    while (size > 0) {
        ssize_t n = pwrite (audit->fd, data, size, (off_t)at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            errno = n == 0 ? ENOSPC : errno;
            return false;
        }
        data += n;
        size -= (size_t)n;
        at += (uint64_t)n;
    }
    return true;
}

static void
write_head (MugaiAudit *audit)
{
    char hex[MUGAI_SHA256_HEX_SIZE], text[HEAD_SIZE + 1];

    mugai_sha256_hex (audit->done.hash, hex);
    snprintf (text, sizeof text, "%020llu %s\n", (unsigned long long)audit->done.seq, hex);
    if (pwrite (audit->head_fd, text, HEAD_SIZE, 0) != HEAD_SIZE)
        return; /* a head that lags is allowed: it only shows fewer missing lines */
}

/* audit.log becomes the next audit-NNNNNN.log. */
static bool
rotate (MugaiAudit *audit, GError **error)
{
    int number = mugai_audit_last_number (audit->folder);
    char name[32];

    if (number < 0 || fdatasync (audit->fd) < 0)
        return fail (error, "rotate");
    snprintf (name, sizeof name, "audit-%06d.log", number + 1);
    if (renameat2 (audit->folder, "audit.log", audit->folder, name, RENAME_NOREPLACE) < 0)
        return fail (error, "rotate");
    mugai_autofd fd = openat (audit->folder, "audit.log",
                              O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0 || fsync (audit->folder) < 0) {
        int kept = errno;
        if (fd >= 0)
            unlinkat (audit->folder, "audit.log", 0);
        renameat2 (audit->folder, name, audit->folder, "audit.log", RENAME_NOREPLACE);
        errno = kept;
        return fail (error, "rotate");
    }
    mugai_fd_clear (&audit->fd);
    audit->fd = mugai_fd_steal (&fd);
    audit->size = 0;
    audit->unsynced = false;
    return true;
}

bool
mugai_audit_turn (MugaiAudit *audit, int64_t now_us, GError **error)
{
    bool other_day = audit->day >= 0 && day_of (now_us) != audit->day;

    if (audit->batch->len > 0)
        return true;
    if (audit->size > 0 && !audit->dirty && (audit->size >= audit->file_max || other_day) &&
        !rotate (audit, error))
        return false;
    audit->day = day_of (now_us);
    if (audit->size > 0 || audit->done.seq == 0)
        return true;
    char name[32];
    snprintf (name, sizeof name, "audit-%06d.log",
              MAX (mugai_audit_last_number (audit->folder), 0));
    MugaiEvent event = { .kind = MUGAI_EVENT_OPENED, .time_us = now_us, .file = name };
    memcpy (event.digest, audit->done.hash, sizeof event.digest);
    mugai_audit_add (audit, &event);
    return true;
}

bool
mugai_audit_commit (MugaiAudit *audit, bool durable, GError **error)
{
    if (audit->dirty && ftruncate (audit->fd, (off_t)audit->size) < 0) {
        mugai_audit_drop (audit);
        return fail (error, "cut off what could not be written");
    }
    audit->dirty = false;
    if (audit->batch->len == 0 && !(durable && audit->unsynced))
        return true;
    bool ok = write_at (audit, audit->batch->str, audit->batch->len) &&
              (!durable || fdatasync (audit->fd) == 0);
    if (!ok) {
        fail (error, "write");
        audit->dirty = ftruncate (audit->fd, (off_t)audit->size) < 0;
        mugai_audit_drop (audit);
        return false;
    }
    audit->dirty = false;
    audit->size += audit->batch->len;
    audit->done = audit->next;
    audit->unsynced = !durable;
    g_string_truncate (audit->batch, 0);
    if (durable)
        write_head (audit);
    return true;
}

MugaiAuditHead
mugai_audit_head (const MugaiAudit *audit)
{
    return audit->done;
}

int
mugai_audit_folder (const MugaiAudit *audit)
{
    return audit->folder;
}
