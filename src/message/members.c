/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: all members are handed in first, so that their filters work side by side, then
 * finished in order. A member's place in the new archive is its old path, each folder made safe,
 * and its new name. Two that would be equal without regard to case get a number.
 */
#include "message/members.h"

#include "common/zip.h"
#include "core/finding-text.h"
#include "core/type.h"
#include "message/charset.h"
#include "message/filename.h"
#include "wire/bundle.h"

#include <errno.h>
#include <string.h>

enum {
    FOLDERS = 15, /* of a path */
    FOLDER = 120, /* bytes of one folder's name */
    PATH = 1024,  /* bytes of a path in the archive */
    TRIES = 1000, /* numbers for members of one name */
};

typedef struct Member {
    char *name; /* UTF-8, path and all; hostile */
    char *declared;
    GBytes *data; /* NULL once it was handed in */
    int handle;
} Member;

typedef struct Join {
    const MugaiChainHost *host;
    const MugaiMembersOptions *options;
    uint32_t part;
    GBytes *bundle;
    GArray *members;   /* of Member */
    GHashTable *taken; /* folded paths of files and folders */
    MugaiZip zip;
    const char *reason;
} Join;

static void
member_clear (void *data)
{
    Member *m = data;

    g_free (m->name);
    g_free (m->declared);
    g_clear_pointer (&m->data, g_bytes_unref);
}

static bool
fail (Join *join, const char *reason)
{
    if (join->reason == NULL)
        join->reason = reason;
    return false;
}

/* --- what was unpacked --- */

static bool
take_member (void *user, const MugaiBundleMember *from)
{
    Join *join = user;
    size_t size;
    const uint8_t *all = g_bytes_get_data (join->bundle, &size);
    Member m = { .name = g_strndup (from->name_size > 0 ? from->name : "", from->name_size),
                 .declared =
                     g_strndup (from->declared_size > 0 ? from->declared : "", from->declared_size),
                 .data = from->size > 0
                             ? g_bytes_new_from_bytes (join->bundle, (size_t)(from->data - all),
                                                       (size_t)from->size)
                             : g_bytes_new (NULL, 0) };

    g_strdelimit (m.name, "\n\r", ' ');
    g_array_append_val (join->members, m);
    return true;
}

/* Names that are no UTF-8 are read together, in one charset: each alone is too short to tell. */
static void
decode_names (Join *join)
{
    g_autoptr (GString) raw = g_string_new (NULL);
    g_autoptr (GArray) which = g_array_new (FALSE, FALSE, sizeof (guint));

    for (guint i = 0; i < join->members->len; i++) {
        const Member *m = &g_array_index (join->members, Member, i);
        if (g_utf8_validate (m->name, -1, NULL))
            continue;
        g_string_append (raw, m->name);
        g_string_append_c (raw, '\n');
        g_array_append_val (which, i);
    }
    if (which->len == 0)
        return;
    g_autoptr (MugaiCharsetResult) text = mugai_charset_decode ((const uint8_t *)raw->str, raw->len,
                                                                NULL, join->options->limits, NULL);
    size_t size = 0;
    const char *data = text != NULL ? g_bytes_get_data (text->text, &size) : "";
    g_autofree char *copy = g_strndup (data, size);
    g_auto (GStrv) lines = g_strsplit (copy, "\n", -1);
    bool whole = g_strv_length (lines) == which->len + 1;
    for (guint i = 0; i < which->len; i++) {
        Member *m = &g_array_index (join->members, Member, g_array_index (which, guint, i));
        g_free (m->name);
        m->name = whole ? g_strdup (lines[i]) : g_strdup_printf ("%u", i + 1);
    }
    if (join->host->finding != NULL)
        join->host->finding (join->host->walk, join->part, "archive.names-guessed", which->len,
                             text != NULL ? text->charset : "");
}

static bool
add_children (Join *join)
{
    const MugaiChainHost *host = join->host;

    for (guint i = 0; i < join->members->len; i++) {
        Member *m = &g_array_index (join->members, Member, i);
        m->handle = -1;
        if (host->spend != NULL && !host->spend (host->walk, g_bytes_get_size (m->data)))
            return fail (join, "limit.expanded");
        const char *why = "limit.parts";
        m->handle = host->child_add (host->walk, join->part, false, m->name, m->declared, m->data, &why);
        if (m->handle < 0)
            return fail (join, why);
        g_clear_pointer (&m->data, g_bytes_unref);
    }
    return true;
}

/* --- where it goes --- */

/* The folders of @name, each safe and with a slash behind it. */
static GString *
folders_of (const char *name)
{
    GString *path = g_string_new (NULL);
    g_auto (GStrv) part = g_strsplit_set (name, "/\\", -1);
    guint count = g_strv_length (part);

    for (guint i = 0; i + 1 < count && i < FOLDERS; i++) {
        g_autofree char *safe = mugai_filename_safe (part[i], FOLDER);
        if (part[i][0] != '\0' && strcmp (part[i], ".") != 0 && path->len < PATH / 2)
            g_string_append_printf (path, "%s/", safe[0] != '\0' ? safe : "_");
    }
    return path;
}

static char *
fold (const char *path, size_t size)
{
    g_autofree char *folded = g_utf8_casefold (path, (gssize)size);

    return g_utf8_normalize (folded, -1, G_NORMALIZE_NFC);
}

/* Take @path, unless it is a file or folder already, or lies below a file. */
static bool
take_path (Join *join, const char *path)
{
    char *folded = fold (path, strlen (path));

    for (const char *at = strchr (path, '/'); at != NULL; at = strchr (at + 1, '/')) {
        char *folder = fold (path, (size_t)(at - path));
        if (GPOINTER_TO_INT (g_hash_table_lookup (join->taken, folder)) == 1) {
            g_free (folder);
            g_free (folded);
            return false;
        }
        g_hash_table_insert (join->taken, folder, GINT_TO_POINTER (2));
    }
    if (g_hash_table_contains (join->taken, folded)) {
        g_free (folded);
        return false;
    }
    g_hash_table_insert (join->taken, folded, GINT_TO_POINTER (1));
    return true;
}

/* Returns: (transfer full) the place of @name in the folders of @old, or NULL. */
static char *
place (Join *join, const char *old, const char *name)
{
    g_autoptr (GString) folders = folders_of (old);
    const char *dot = strrchr (name, '.');
    int stem = dot != NULL ? (int)(dot - name) : (int)strlen (name);

    for (unsigned i = 1; i <= TRIES; i++) {
        g_autofree char *path = i == 1 ? g_strconcat (folders->str, name, NULL)
                                       : g_strdup_printf ("%s%.*s (%u)%s", folders->str, stem, name,
                                                          i, dot != NULL ? dot : "");
        if (strlen (path) <= PATH && take_path (join, path))
            return g_steal_pointer (&path);
    }
    return NULL;
}

/* --- what goes there --- */

/* Kinds that are compressed already. */
static bool
compresses (const char *type)
{
    const MugaiType *info = mugai_type_by_id (type);

    return info != NULL && strcmp (info->family, "text") == 0;
}

static bool
add_file (Join *join, const char *old, const char *name, const void *data, size_t size,
          bool deflate)
{
    g_autofree char *path = place (join, old, name);

    if (path == NULL)
        return fail (join, "archive.name");
    return mugai_zip_add (&join->zip, path, data, size, deflate) || fail (join, "limit.output");
}

static char *
tombstone_text (const Join *join, const char *reason)
{
    const MugaiFindingInfo *info = mugai_finding_info (reason);
    bool ja = join->options->language == MUGAI_LANGUAGE_JA;
    g_autofree char *why = info != NULL ? mugai_finding_text (info, ja, 1, "") : g_strdup (reason);

    return g_strdup_printf (
        ja ? "このファイルは、無害化の処理により渡していません。\n\n理由：%s\n\n"
             "原本が必要なときは、メール本文の「無害化の結果」にある受付番号を添えて、情報担当へお"
             "問い合わせください。\n"
           : "This file was not delivered by the sanitization gateway.\n\nReason: %s\n\nIf you "
             "need the original, ask your IT staff and give the "
             "receipt number of the notice in the mail.\n",
        why);
}

static bool
add_tombstone (Join *join, const Member *m, const char *reason)
{
    g_autofree char *safe = mugai_filename_safe (m->name, 160);
    bool ja = join->options->language == MUGAI_LANGUAGE_JA;
    g_autofree char *name = g_strconcat (safe[0] != '\0' ? safe : "file",
                                         ja ? "（渡せません）.txt" : " (withheld).txt", NULL);
    g_autofree char *text = tombstone_text (join, reason);

    return add_file (join, m->name, name, text, strlen (text), true);
}

static bool
pack_member (Join *join, const Member *m)
{
    mugai_child child = { .size_of = sizeof child };

    if (!join->host->child_result (join->host->walk, m->handle, &child))
        return fail (join, "filter.refused");
    if (child.delivered)
        return add_file (join, m->name, child.name, child.data, child.size,
                         compresses (child.type));
    return !join->options->tombstones || add_tombstone (join, m, child.reason);
}

static bool
pack (Join *join)
{
    for (guint i = 0; i < join->members->len; i++)
        if (!pack_member (join, &g_array_index (join->members, Member, i)))
            return false;
    if (join->zip.count == 0)
        return fail (join, "archive.nothing-left");
    return mugai_zip_end (&join->zip) || fail (join, "limit.output");
}

static bool
read_bundle (Join *join)
{
    size_t size;
    const void *data = g_bytes_get_data (join->bundle, &size);
    uint32_t max = (uint32_t)MIN (join->options->limits->parts, MUGAI_ZIP_MEMBERS);
    int r = mugai_bundle_read (data, size, max, NULL, take_member, join);

    if (r != 0)
        return fail (join, r == -E2BIG ? "limit.parts" : "filter.nonsense");
    return join->members->len > 0 || fail (join, "archive.empty");
}

GBytes *
mugai_members_join (const MugaiChainHost *host, uint32_t part, GBytes *bundle,
                    const MugaiMembersOptions *options, const char **ret_reason)
{
    Join join = { .host = host,
                  .options = options,
                  .part = part,
                  .bundle = bundle,
                  .members = g_array_new (FALSE, TRUE, sizeof (Member)),
                  .taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
                  .zip = mugai_zip ((size_t)MIN (options->output_max, G_MAXSIZE)) };
    GBytes *archive = NULL;

    g_array_set_clear_func (join.members, member_clear);
    if (read_bundle (&join)) {
        decode_names (&join);
        if (add_children (&join) && pack (&join))
            archive = g_bytes_new (join.zip.file.data, join.zip.file.size);
    }
    mugai_zip_clear (&join.zip);
    g_array_unref (join.members);
    g_hash_table_unref (join.taken);
    *ret_reason = join.reason;
    return archive;
}
