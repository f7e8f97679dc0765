/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/journal.h"

#include "base/fd.h"
#include "core/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

enum { DIGITS = 16 };

struct MugaiJournal {
    int root, fd;
    off_t end;            /* of the last whole line */
    GHashTable *finished; /* id -> off_t *, of its line */
};

/* "DIGITS JSON\n" */
static char *
line_of (JsonNode *node)
{
    g_autofree char *text = json_to_string (node, FALSE);
    g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

    return g_strdup_printf ("%.*s %s\n", DIGITS, digest, text);
}

/* Returns: (transfer full) the object of a whole, undamaged line, or NULL. */
static JsonNode *
read_line (const char *line, size_t length)
{
    if (length < DIGITS + 3 || line[length - 1] != '\n' || line[DIGITS] != ' ' ||
        memchr (line, '\0', length) != NULL)
        return NULL;
    g_autofree char *text = g_strndup (line + DIGITS + 1, length - DIGITS - 2);
    g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
    if (strncmp (digest, line, DIGITS) != 0)
        return NULL;
    g_autoptr (JsonNode) node = json_from_string (text, NULL);
    return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? g_steal_pointer (&node) : NULL;
}

/* A stream of its own at the beginning. */
static FILE *
reader (const MugaiJournal *journal)
{
    int fd = openat (journal->root, MUGAI_JOURNAL_NAME, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

    return fd >= 0 ? fdopen (fd, "r") : NULL;
}

static void
note (MugaiJournal *journal, JsonNode *entry, off_t at)
{
    const char *id =
        json_object_get_string_member_with_default (json_node_get_object (entry), "id", NULL);

    if (id != NULL)
        g_hash_table_insert (journal->finished, g_strdup (id),
                             g_memdup2 (&at, sizeof at)); /* the last one counts */
}

/* Everything up to the first damage, when the first line is @head. */
static void
load (MugaiJournal *journal, const char *head)
{
    FILE *in = reader (journal);
    char *line = NULL;
    size_t room = 0;
    ssize_t length = in != NULL ? getline (&line, &room, in) : -1;

    if (length > 0 && strcmp (line, head) == 0) {
        journal->end = length;
        while ((length = getline (&line, &room, in)) > 0) {
            g_autoptr (JsonNode) entry = read_line (line, (size_t)length);
            if (entry == NULL)
                break;
            note (journal, entry, journal->end);
            journal->end += length;
        }
    }
    free (line);
    if (in != NULL)
        fclose (in);
}

/* At the end. Returns: false with errno, and nothing of it is there. */
static bool
append (MugaiJournal *journal, const char *line)
{
    size_t length = strlen (line);
    ssize_t n = pwrite (journal->fd, line, length, journal->end);

    if (n >= 0 && (size_t)n == length) {
        journal->end += n;
        return true;
    }
    int saved = n < 0 ? errno : ENOSPC;
    if (ftruncate (journal->fd, journal->end) < 0)
        return false;
    errno = saved;
    return false;
}

MugaiJournal *
mugai_journal_open (int root, JsonObject *head, bool resume, GError **error)
{
    g_autoptr (MugaiJournal) journal = g_new0 (MugaiJournal, 1);
    g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

    json_node_set_object (node, head);
    g_autofree char *line = line_of (node);
    journal->finished = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    journal->root = fcntl (root, F_DUPFD_CLOEXEC, 3);
    journal->fd =
        openat (root, MUGAI_JOURNAL_NAME, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (journal->fd < 0 || flock (journal->fd, LOCK_EX | LOCK_NB) < 0) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE,
                     "%s: %s; end the run that writes there, or name another folder with -o",
                     MUGAI_JOURNAL_NAME,
                     errno == EWOULDBLOCK ? "in use by another run" : strerror (errno));
        return NULL;
    }
    if (resume)
        load (journal, line);
    if (ftruncate (journal->fd, journal->end) < 0 ||
        (journal->end == 0 && !append (journal, line))) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE, "%s: %s; make room there",
                     MUGAI_JOURNAL_NAME, strerror (errno));
        return NULL;
    }
    return g_steal_pointer (&journal);
}

void
mugai_journal_close (MugaiJournal *journal)
{
    if (journal == NULL)
        return;
    g_hash_table_unref (journal->finished);
    mugai_fd_clear (&journal->fd);
    mugai_fd_clear (&journal->root);
    g_free (journal);
}

JsonNode *
mugai_journal_find (MugaiJournal *journal, const char *id)
{
    const off_t *at = g_hash_table_lookup (journal->finished, id);
    FILE *in = at != NULL ? reader (journal) : NULL;
    char *line = NULL;
    size_t room = 0;
    JsonNode *entry = NULL;

    if (in != NULL && fseeko (in, *at, SEEK_SET) == 0) {
        ssize_t length = getline (&line, &room, in);
        entry = length > 0 ? read_line (line, (size_t)length) : NULL;
    }
    free (line);
    if (in != NULL)
        fclose (in);
    return entry;
}

bool
mugai_journal_add (MugaiJournal *journal, JsonNode *entry)
{
    g_autofree char *line = line_of (entry);
    off_t at = journal->end;

    if (!append (journal, line))
        return false;
    note (journal, entry, at);
    return true;
}

void
mugai_journal_remove (MugaiJournal *journal)
{
    unlinkat (journal->root, MUGAI_JOURNAL_NAME, 0);
}
