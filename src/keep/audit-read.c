/* SPDX-License-Identifier: Apache-2.0 */
#include "keep/audit-read.h"

#include "base/fd.h"
#include "core/error.h"
#include "keep/event.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

enum { BUFFER = 2 * MUGAI_EVENT_LINE_MAX };

struct MugaiAuditReader {
    GPtrArray *names; /* of char *, NULL-terminated */
    int *fds;         /* opened at once, so that a rotation meanwhile changes nothing */
    guint n, file;
    uint64_t line;
    size_t from, to; /* unread bytes in buffer */
    bool eof, skipping;
    char buffer[BUFFER];
};

/* 1..999999, or 0. */
static unsigned
number_of (const char *name)
{
    if (strlen (name) != 16 || strncmp (name, "audit-", 6) != 0 || strcmp (name + 12, ".log") != 0)
        return 0;
    for (int i = 6; i < 12; i++)
        if (!g_ascii_isdigit (name[i]))
            return 0;
    return (unsigned)strtoul (name + 6, NULL, 10);
}

static DIR *
open_folder (int folder)
{
    int fd = openat (folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir (fd);

    if (dir == NULL)
        mugai_fd_clear (&fd);
    return dir;
}

int
mugai_audit_last_number (int folder)
{
    DIR *dir = open_folder (folder);
    unsigned last = 0;
    struct dirent *entry;

    if (dir == NULL)
        return -errno;
    while ((entry = readdir (dir)) != NULL)
        last = MAX (last, number_of (entry->d_name));
    closedir (dir);
    return (int)last;
}

static int
by_name (const void *a, const void *b)
{
    return strcmp (*(char *const *)a, *(char *const *)b);
}

static bool
list_files (MugaiAuditReader *reader, int folder)
{
    DIR *dir = open_folder (folder);
    bool current = false;
    struct dirent *entry;

    if (dir == NULL)
        return false;
    while ((entry = readdir (dir)) != NULL) {
        current = current || strcmp (entry->d_name, "audit.log") == 0;
        if (number_of (entry->d_name) > 0)
            g_ptr_array_add (reader->names, g_strdup (entry->d_name));
    }
    closedir (dir);
    g_ptr_array_sort (reader->names, by_name);
    if (current)
        g_ptr_array_add (reader->names, g_strdup ("audit.log"));
    reader->n = reader->names->len;
    g_ptr_array_add (reader->names, NULL);
    return true;
}

static bool
open_files (MugaiAuditReader *reader, int folder)
{
    reader->fds = g_new (int, reader->n + 1);
    for (guint i = 0; i < reader->n; i++)
        reader->fds[i] = -1;
    for (guint i = 0; i < reader->n; i++) {
        reader->fds[i] = openat (folder, g_ptr_array_index (reader->names, i),
                                 O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        if (reader->fds[i] < 0)
            return false;
    }
    return true;
}

/* Number of the first line of a file, UINT64_MAX when it cannot be told (then an earlier file is
 * taken). */
static uint64_t
first_seq (int fd)
{
    static const char begin[] = "{\"seq\":";
    char text[32] = { 0 };

    if (pread (fd, text, sizeof text - 1, 0) < (ssize_t)sizeof begin ||
        strncmp (text, begin, sizeof begin - 1) != 0)
        return UINT64_MAX;
    return g_ascii_strtoull (text + sizeof begin - 1, NULL, 10);
}

MugaiAuditReader *
mugai_audit_reader_new (int folder, uint64_t from_seq, GError **error)
{
    g_autoptr (MugaiAuditReader) reader = g_new0 (MugaiAuditReader, 1);

    reader->names = g_ptr_array_new_with_free_func (g_free);
    if (!list_files (reader, folder) || !open_files (reader, folder)) {
        int number = errno;
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE, "audit log: open: %s",
                     g_strerror (number));
        return NULL;
    }
    if (from_seq > 0)
        for (reader->file = reader->n; reader->file > 0; reader->file--)
            if (reader->file < reader->n && first_seq (reader->fds[reader->file]) <= from_seq)
                break;
    return g_steal_pointer (&reader);
}

void
mugai_audit_reader_free (MugaiAuditReader *reader)
{
    if (reader == NULL)
        return;
    for (guint i = 0; reader->fds != NULL && i < reader->n; i++)
        mugai_fd_clear (&reader->fds[i]);
    g_free (reader->fds);
    g_ptr_array_unref (reader->names);
    g_free (reader);
}

const char *const *
mugai_audit_reader_files (const MugaiAuditReader *reader)
{
    return (const char *const *)reader->names->pdata;
}

static bool
fill (MugaiAuditReader *reader, GError **error)
{
    if (reader->from > 0) {
        memmove (reader->buffer, reader->buffer + reader->from, reader->to - reader->from);
        reader->to -= reader->from;
        reader->from = 0;
    }
    ssize_t n = read (reader->fds[reader->file], reader->buffer + reader->to, BUFFER - reader->to);
    if (n < 0) {
        int number = errno;
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE, "audit log: read %s: %s",
                     (char *)g_ptr_array_index (reader->names, reader->file), g_strerror (number));
        return false;
    }
    reader->eof = n == 0;
    reader->to += (size_t)n;
    return true;
}

static void
next_file (MugaiAuditReader *reader)
{
    reader->file++;
    reader->line = 0;
    reader->from = reader->to = 0;
    reader->eof = false;
}

/* Give out @size bytes and step over @skip more. */
static int
give (MugaiAuditReader *reader, MugaiAuditLine *ret, size_t size, size_t skip, bool torn,
      bool too_long)
{
    *ret = (MugaiAuditLine){ .file = g_ptr_array_index (reader->names, reader->file),
                             .number = ++reader->line,
                             .text = reader->buffer + reader->from,
                             .size = size,
                             .torn = torn,
                             .too_long = too_long };
    reader->from += size + skip;
    reader->skipping = too_long;
    return 1;
}

int
mugai_audit_reader_next (MugaiAuditReader *reader, MugaiAuditLine *ret, GError **error)
{
    while (reader->file < reader->n) {
        size_t left = reader->to - reader->from;
        const char *at = reader->buffer + reader->from;
        const char *end = left > 0 ? memchr (at, '\n', left) : NULL;
        if (reader->skipping) { /* the rest of a line that was too long */
            reader->from = end != NULL ? (size_t)(end + 1 - reader->buffer) : reader->to;
            reader->skipping = end == NULL && !reader->eof;
            if (end == NULL && !reader->eof && !fill (reader, error))
                return -1;
            continue;
        }
        if (end != NULL && end - at <= MUGAI_EVENT_LINE_MAX)
            return give (reader, ret, (size_t)(end - at), 1, false, false);
        if (left > MUGAI_EVENT_LINE_MAX)
            return give (reader, ret, MUGAI_EVENT_LINE_MAX, 0, false, true);
        if (reader->eof && left > 0)
            return give (reader, ret, left, 0, true, false);
        if (reader->eof)
            next_file (reader);
        else if (!fill (reader, error))
            return -1;
    }
    return 0;
}
