/* SPDX-License-Identifier: Apache-2.0 */
#include "message/names.h"

#include "core/report.h"
#include "core/type.h"
#include "message/filename.h"
#include "message/line.h"

#include <string.h>

enum { EVIDENCE_MAX = 160 /* bytes */ };

static void
found (GPtrArray *findings, const char *code, uint64_t count, const char *evidence)
{
    g_autofree char *text = mugai_line_evidence (evidence, strlen (evidence), EVIDENCE_MAX);
    g_strdelimit (text, "/", '_');
    mugai_report_add_finding (findings, code, count, text);
}

static bool
names_a_file (const MugaiMimeParam *param)
{
    return strcmp (param->name, "filename") == 0 || strcmp (param->name, "name") == 0;
}

static const MugaiMimeParam *
preferred (const MugaiMimePart *part)
{
    const MugaiMimeValue *values[] = { part->disposition_value, part->type };
    static const char *const names[] = { "filename", "name" };

    for (size_t v = 0; v < G_N_ELEMENTS (values); v++)
        for (size_t n = 0; values[v] != NULL && n < G_N_ELEMENTS (names); n++) {
            const MugaiMimeParam *param = mugai_mime_value_param (values[v], names[n]);
            if (param != NULL)
                return param;
        }
    return NULL;
}

/* A program, script or shortcut whose name seems to end in a harmless extension. */
static bool
is_double (const char *name, const char *extension)
{
    static const char *const acting[] = { "executable", "script", "shortcut" };
    const MugaiType *type = mugai_type_by_extension (extension), *before;
    const char *dot = strrchr (name, '.');
    bool acts = false;

    for (size_t i = 0; type != NULL && i < G_N_ELEMENTS (acting); i++)
        acts = acts || strcmp (type->family, acting[i]) == 0;
    if (!acts || dot == NULL)
        return false;
    g_autofree char *rest = g_strndup (name, (gsize)(dot - name));
    g_autofree char *stem = mugai_filename_safe (rest, MUGAI_FILENAME_MAX);
    g_autofree char *inner = mugai_filename_extension (stem);
    before = mugai_type_by_extension (inner);
    return before != NULL && strcmp (before->family, type->family) != 0;
}

/* What the name was made to look like. @shown: as it was read, clean. */
static void
note_tricks (const MugaiNames *names, const char *shown, const MugaiHeaderTextStats *stats,
             GPtrArray *findings)
{
    const struct {
        const char *code;
        uint64_t count;
    } rows[] = {
        { "name.bidi", stats->clean.bidi },
        { "name.invisible", stats->clean.invisible },
        { "name.control", stats->clean.control },
        { "name.undecodable", stats->undecodable },
        { "name.path", strpbrk (shown, "/\\") != NULL },
        { "name.device", mugai_filename_is_device (shown) },
        { "name.double-extension", is_double (names->name, names->extension) },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
        if (rows[i].count > 0)
            found (findings, rows[i].code, rows[i].count, shown);
    if (strcmp (names->name, shown) != 0)
        found (findings, "name.changed", 1, shown);
}

/* Do the other parameters state a name with another extension? Told once. */
static void
compare (const MugaiMimePart *part, const MugaiMimeParam *taken, const char *charset,
         const MugaiLimits *limits, MugaiNames *names, GPtrArray *findings)
{
    const MugaiMimeValue *values[] = { part->disposition_value, part->type };

    for (size_t v = 0; v < G_N_ELEMENTS (values); v++)
        for (guint i = 0; values[v] != NULL && i < values[v]->params->len; i++) {
            const MugaiMimeParam *param = &g_array_index (values[v]->params, MugaiMimeParam, i);
            if (param == taken || !names_a_file (param) || names->mismatch)
                continue;
            g_autofree char *shown = mugai_filename_read (param, charset, limits, NULL);
            g_autofree char *name = mugai_filename_safe (shown, MUGAI_FILENAME_MAX);
            g_autofree char *extension = mugai_filename_extension (name);
            if (strcmp (extension, names->extension) == 0)
                continue;
            names->mismatch = true;
            found (findings, "mime.name-mismatch", 1, shown);
        }
}

MugaiNames
mugai_names_read (const MugaiMimePart *part, const char *charset, const MugaiLimits *limits,
                  GPtrArray *findings)
{
    const MugaiMimeParam *param = preferred (part);
    MugaiHeaderTextStats stats = { 0 };
    MugaiNames names = { 0 };

    if (param == NULL)
        return (MugaiNames){ .name = g_strdup (""), .extension = g_strdup ("") };
    g_autofree char *shown = mugai_filename_read (param, charset, limits, &stats);
    names.name = mugai_filename_safe (shown, MUGAI_FILENAME_MAX);
    names.extension = mugai_filename_extension (names.name);
    note_tricks (&names, shown, &stats, findings);
    compare (part, param, charset, limits, &names, findings);
    return names;
}
