/* SPDX-License-Identifier: Apache-2.0 */
#include "pool/poison.h"

#include "base/fd.h"
#include "core/error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct MugaiPoison {
    char *path;
    bool cut;          /* the file's last line has no end: a crash while it was written */
    GHashTable *lines; /* set of "CONTENT ENGINE" in hexadecimal */
};

static char *
line_of (const uint8_t content[MUGAI_SHA256_SIZE], const uint8_t engine[MUGAI_SHA256_SIZE])
{
    char content_hex[MUGAI_SHA256_HEX_SIZE], engine_hex[MUGAI_SHA256_HEX_SIZE];

    mugai_sha256_hex (content, content_hex);
    mugai_sha256_hex (engine, engine_hex);
    return g_strdup_printf ("%s %s", content_hex, engine_hex);
}

MugaiPoison *
mugai_poison_open (const char *path, GError **error)
{
    g_autofree char *text = NULL;
    g_autoptr (GError) cause = NULL;
    MugaiPoison *poison;

    if (path != NULL && !g_file_get_contents (path, &text, NULL, &cause) &&
        !g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE,
                     "%s; make it readable for the user mugaid runs as", cause->message);
        return NULL;
    }
    poison = g_new0 (MugaiPoison, 1);
    poison->path = g_strdup (path);
    poison->lines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    if (text != NULL) {
        poison->cut = *text != '\0' && !g_str_has_suffix (text, "\n");
        g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
        for (char **line = lines; *line != NULL; line++)
            if (strlen (*line) == 129)
                g_hash_table_add (poison->lines, g_strdup (*line));
    }
    return poison;
}

void
mugai_poison_free (MugaiPoison *poison)
{
    if (poison == NULL)
        return;
    g_hash_table_unref (poison->lines);
    g_free (poison->path);
    g_free (poison);
}

bool
mugai_poison_has (const MugaiPoison *poison, const uint8_t content[MUGAI_SHA256_SIZE],
                  const uint8_t engine[MUGAI_SHA256_SIZE])
{
    if (g_hash_table_size (poison->lines) == 0)
        return false;
    g_autofree char *line = line_of (content, engine);
    return g_hash_table_contains (poison->lines, line);
}

bool
mugai_poison_add (MugaiPoison *poison, const uint8_t content[MUGAI_SHA256_SIZE],
                  const uint8_t engine[MUGAI_SHA256_SIZE])
{
    char *line = line_of (content, engine);

    g_hash_table_add (poison->lines, line);
    if (poison->path == NULL)
        return true;
    mugai_autofd fd = open (poison->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    g_autofree char *text = g_strconcat (poison->cut ? "\n" : "", line, "\n", NULL);
    poison->cut = false;
    return fd >= 0 && write (fd, text, strlen (text)) == (ssize_t)strlen (text) &&
           fdatasync (fd) == 0;
}

unsigned
mugai_poison_count (const MugaiPoison *poison)
{
    return g_hash_table_size (poison->lines);
}
