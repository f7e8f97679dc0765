/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/places.h"

#include "base/fd.h"
#include "base/memfd.h"
#include "cli/journal.h"
#include "cli/output-file.h"
#include "cli/safe-name.h"
#include "core/error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

enum { TRIES = 10000 /* numbers for one name */ };

struct MugaiPlaces {
    const MugaiDropConfig *config;
    MugaiJournal *journal;
};

/* ---- folders */

static int
open_folder (const char *path)
{
    return open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static bool
check_folder (const char *path, GError **error)
{
    mugai_autofd fd = open_folder (path);

    if (fd >= 0 && faccessat (fd, ".", R_OK | W_OK | X_OK, AT_EACCESS) == 0)
        return true;
    g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE,
                 "%s: %s; make this folder and let the user of mugai read and write it", path,
                 strerror (errno));
    return false;
}

MugaiPlaces *
mugai_places_open (const MugaiDropConfig *config, GError **error)
{
    g_autoptr (MugaiPlaces) places = g_new0 (MugaiPlaces, 1);
    g_autoptr (JsonObject) head = json_object_new();
    g_autoptr (GError) cause = NULL;

    places->config = config;
    if (!check_folder (config->in, error) || !check_folder (config->out, error) ||
        !check_folder (config->failed, error))
        return NULL;
    if (g_mkdir_with_parents (config->state, 0700) < 0 || !check_folder (config->state, error)) {
        if (error != NULL && *error == NULL)
            g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE,
                         "%s: %s; name a folder that can be made", config->state, strerror (errno));
        return NULL;
    }
    mugai_autofd state = open_folder (config->state);
    json_object_set_string_member (head, "schema", "mugai.watch/1");
    json_object_set_string_member (head, "out", config->out);
    places->journal = mugai_journal_open (state, head, true, &cause);
    if (places->journal == NULL) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE, "%s/%s", config->state,
                     cause->message);
        return NULL;
    }
    return g_steal_pointer (&places);
}

void
mugai_places_close (MugaiPlaces *places)
{
    if (places == NULL)
        return;
    mugai_journal_close (places->journal);
    g_free (places);
}

/* ---- what the journal says: "out" and "note" are paths below out and failed or out */

typedef struct {
    char *out, *note;
    bool note_in_out;
    char sha256[MUGAI_SHA256_HEX_SIZE];
    bool done;
} Entry;

static void
entry_clear (Entry *entry)
{
    g_free (entry->out);
    g_free (entry->note);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Entry, entry_clear)

static bool
find_entry (MugaiPlaces *places, const char *id, Entry *ret)
{
    g_autoptr (JsonNode) node = mugai_journal_find (places->journal, id);

    if (node == NULL)
        return false;
    JsonObject *object = json_node_get_object (node);
    ret->out = g_strdup (json_object_get_string_member_with_default (object, "output", NULL));
    ret->note = g_strdup (json_object_get_string_member_with_default (object, "note", ""));
    ret->done = json_object_get_boolean_member_with_default (object, "done", FALSE);
    ret->note_in_out = ret->out != NULL;
    g_strlcpy (ret->sha256, json_object_get_string_member_with_default (object, "sha256", ""),
               sizeof ret->sha256);
    return true;
}

static bool
write_entry (MugaiPlaces *places, const char *id, const Entry *entry)
{
    g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
    JsonObject *object = json_object_new();

    json_object_set_string_member (object, "id", id);
    if (entry->out != NULL) {
        json_object_set_string_member (object, "output", entry->out);
        json_object_set_string_member (object, "sha256", entry->sha256);
    }
    json_object_set_string_member (object, "note", entry->note);
    json_object_set_boolean_member (object, "done", entry->done);
    json_node_take_object (node, object);
    return mugai_journal_add (places->journal, node);
}

static bool
is_there (int root, const char *relative)
{
    struct stat st;

    return fstatat (root, relative, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

bool
mugai_places_has (MugaiPlaces *places, const char *id)
{
    g_auto (Entry) entry = { 0 };

    if (!find_entry (places, id, &entry) || !entry.done)
        return false;
    mugai_autofd out = open_folder (places->config->out);
    mugai_autofd failed = open_folder (places->config->failed);
    if (entry.out != NULL)
        return out >= 0 && mugai_output_file_holds (out, entry.out, entry.sha256);
    return failed >= 0 && is_there (failed, entry.note);
}

/* ---- names */

/* @stem and @suffix with a number between them where the name is taken. Returns: (transfer full)
 * NULL with EEXIST. */
static char *
free_name (int root, const char *stem, const char *suffix)
{
    for (unsigned i = 1; i <= TRIES; i++) {
        g_autofree char *number = i > 1 ? g_strdup_printf ("~%u", i) : g_strdup ("");
        g_autofree char *name = g_strconcat (stem, number, suffix, NULL);
        if (!is_there (root, name))
            return g_steal_pointer (&name);
    }
    errno = EEXIST;
    return NULL;
}

static const char *
note_suffix (const MugaiPlaces *places)
{
    return places->config->japanese ? ".無害化の結果.txt" : ".result.txt";
}

static char *
name_result (int root, const char *safe, const char *extension)
{
    g_autofree char *stem = g_strdup (safe), *suffix = g_strconcat (".", extension, NULL);
    char *slash = strrchr (stem, '/'), *name = slash != NULL ? slash + 1 : stem;
    char *dot = strrchr (name, '.');

    if (dot != NULL && dot != name)
        *dot = '\0';
    return free_name (root, stem, suffix);
}

/* Names for the item, where no earlier run gave any. */
static bool
name_all (MugaiPlaces *places, const MugaiPlaced *placed, int root, Entry *entry)
{
    g_autofree char *safe = mugai_safe_path (placed->relative);

    g_clear_pointer (&entry->out, g_free);
    g_clear_pointer (&entry->note, g_free);
    if (placed->extension != NULL)
        entry->out = name_result (root, safe, placed->extension);
    if (placed->extension != NULL && entry->out == NULL)
        return false;
    entry->note = free_name (root, entry->out != NULL ? entry->out : safe, note_suffix (places));
    return entry->note != NULL;
}

/* ---- writing */

static int
memfd_of (const char *text)
{
    mugai_autofd fd = mugai_memfd_new ("mugai-note");

    return fd >= 0 && mugai_memfd_append (fd, text, strlen (text)) == 0 &&
                   mugai_memfd_seal (fd) == 0
               ? mugai_fd_steal (&fd)
               : -1;
}

static bool
write_file (const MugaiPlaces *places, int root, const char *relative, int content)
{
    uint8_t digest[MUGAI_SHA256_SIZE];
    MugaiOutputFileLooks looks = { .owned = places->config->owned,
                                   .uid = places->config->uid,
                                   .gid = places->config->gid,
                                   .mode = places->config->mode };

    return mugai_output_file_write (root, relative, content, &looks, digest);
}

static bool
digest_content (int content, char ret[MUGAI_SHA256_HEX_SIZE])
{
    uint8_t digest[MUGAI_SHA256_SIZE];
    mugai_automap map = { 0 };

    if (mugai_memfd_map (content, G_MAXUINT64, &map) < 0)
        return false;
    mugai_sha256 (map.data, map.size, digest);
    mugai_sha256_hex (digest, ret);
    return true;
}

static bool
write_all (MugaiPlaces *places, const MugaiPlaced *placed, int root, const Entry *entry)
{
    g_autofree char *text = placed->note (placed->data, entry->out);
    mugai_autofd note = memfd_of (text);

    return (entry->out == NULL || write_file (places, root, entry->out, placed->content)) &&
           note >= 0 && write_file (places, root, entry->note, note);
}

bool
mugai_places_put (MugaiPlaces *places, const MugaiPlaced *placed, char **ret_path)
{
    const char *folder = placed->extension != NULL ? places->config->out : places->config->failed;
    mugai_autofd root = open_folder (folder);
    g_auto (Entry) entry = { 0 };

    *ret_path = g_strdup (folder);
    if (root < 0)
        return false;
    /* Names that an earlier run gave the item stay, when it came out the same way. */
    if (!find_entry (places, placed->id, &entry) ||
        (entry.out != NULL) != (placed->extension != NULL) || entry.done)
        if (!name_all (places, placed, root, &entry))
            return false;
    entry.done = false;
    if (placed->extension != NULL && !digest_content (placed->content, entry.sha256))
        return false;
    g_free (*ret_path);
    *ret_path = g_build_filename (folder, entry.out != NULL ? entry.out : entry.note, NULL);
    if (!write_entry (places, placed->id, &entry) || !write_all (places, placed, root, &entry))
        return false;
    entry.done = true;
    return write_entry (places, placed->id, &entry);
}
