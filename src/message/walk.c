/* SPDX-License-Identifier: Apache-2.0 */
#include "message/walk-private.h"

#include "base/escape.h"
#include "core/error.h"
#include "message/filename.h"
#include "message/line.h"

#include <string.h>

enum { PATH_MAX_BYTES = 1024, EVIDENCE_MAX = 160 };

static void
part_free (gpointer data)
{
    MugaiWalkPart *part = data;

    g_free (part->path);
    g_free (part->name);
    g_free (part->extension);
    g_free (part->declared);
    g_free (part->charset);
    if (part->data != NULL)
        g_bytes_unref (part->data);
    g_free (part);
}

void
mugai_walk_free (MugaiWalk *walk)
{
    if (walk == NULL)
        return;
    g_ptr_array_unref (walk->parts);
    mugai_mime_free (walk->mime);
    g_ptr_array_unref (walk->mails);
    g_ptr_array_unref (walk->contents);
    g_free (walk);
}

MugaiWalkPart *
mugai_walk_part (const MugaiWalk *walk, uint32_t index)
{
    return g_ptr_array_index (walk->parts, index);
}

void
mugai_walk_finding (const MugaiWalk *walk, uint32_t index, const char *code, uint64_t count,
                    const char *evidence)
{
    MugaiReportPart *part = g_ptr_array_index (walk->report->parts, index);
    g_autofree char *text =
        evidence != NULL ? mugai_line_evidence (evidence, strlen (evidence), EVIDENCE_MAX) : NULL;

    mugai_report_add_finding (part->findings, code, count, text);
}

const uint8_t *
mugai_walk_raw (const MugaiWalkPart *part, size_t *ret_size)
{
    *ret_size = part->mime->end - part->mime->body;
    return part->mail->data + part->mime->body;
}

static char *
member_path (const char *parent, const char *name)
{
    char escaped[PATH_MAX_BYTES];

    mugai_escape (escaped, sizeof escaped / 2, name, strlen (name));
    g_strdelimit (escaped, "/", '_');
    return g_strdup_printf ("%.*s/%s", PATH_MAX_BYTES / 2, parent, escaped);
}

static bool
is_page (const char *declared)
{
    return strcmp (declared, "text/html") == 0 || strcmp (declared, "application/xhtml+xml") == 0;
}

static void
note_type (const MugaiWalk *walk, uint32_t index, MugaiWalkPart *part, const MugaiSniffed *sniffed)
{
    MugaiMismatch mismatch = mugai_sniff_mismatch (part->type, part->declared, part->extension);

    if (part->withhold == NULL && part->rendering == MUGAI_RENDERING_NONE &&
        strcmp (part->type->id, "empty") != 0 && mismatch != MUGAI_MISMATCH_NONE)
        part->mismatch = true;
    if (part->mismatch && mismatch == MUGAI_MISMATCH_EXTENSION)
        mugai_walk_finding (walk, index, "type.extension-mismatch", 1, part->type->id);
    else if (part->mismatch)
        mugai_walk_finding (walk, index, "type.mismatch", 1, part->declared);
    if (sniffed->also != NULL)
        mugai_walk_finding (walk, index,
                            strcmp (part->type->id, "polyglot") == 0 ? "type.polyglot"
                                                                     : "type.ambiguous",
                            1, sniffed->also);
    if (sniffed->trailing > 0)
        mugai_walk_finding (walk, index, "type.trailing", sniffed->trailing, NULL);
}

/* The type of a leaf. Text that a mail program would show is plain text, text/enriched or HTML,
 * whatever its words resemble. */
void
mugai_walk_classify (const MugaiWalk *walk, uint32_t index, MugaiWalkPart *part,
                     const MugaiSniff *sniff)
{
    bool body = part->role == MUGAI_ROLE_BODY;
    MugaiSniff window = *sniff;

    window.shown = body;
    MugaiSniffed sniffed = mugai_sniff (&window, part->declared, body ? "" : part->extension);
    part->type = sniffed.type;
    part->unsure = sniffed.weak && !body;
    if (body) {
        bool html =
            strcmp (part->type->id, "html") == 0 || (sniffed.text && is_page (part->declared));

        if (sniffed.text || strcmp (part->type->family, "unknown") == 0 ||
            strcmp (part->type->id, "empty") == 0)
            part->type = mugai_type_by_id (html                                       ? "html"
                                           : strcmp (part->type->id, "enriched") == 0 ? "enriched"
                                                                                      : "text");
        else
            part->role = MUGAI_ROLE_ATTACHMENT;
    }
    note_type (walk, index, part, &sniffed);
}

void
mugai_walk_fill_report (const MugaiWalk *walk, uint32_t index)
{
    const MugaiWalkPart *part = mugai_walk_part (walk, index);
    MugaiReportPart *row = g_ptr_array_index (walk->report->parts, index);

    row->path = g_strdup (part->path);
    row->name = g_strdup (part->name);
    row->type = g_strdup (part->type->id);
    row->declared = g_strdup (part->declared);
    row->size = part->size;
    memcpy (row->sha256, part->sha256, sizeof row->sha256);
    row->leaf = part->leaf;
    row->role = part->leaf ? (uint8_t)part->role : 0;
}

bool
mugai_walk_count (MugaiWalk *walk, uint64_t bytes, GError **error)
{
    walk->expanded += bytes;
    if (walk->expanded <= walk->limits->expanded)
        return true;
    g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_LIMIT,
                 "limits.expanded: %" G_GUINT64_FORMAT " > %" G_GUINT64_FORMAT, walk->expanded,
                 walk->limits->expanded);
    return false;
}

MugaiWalk *
mugai_walk_new (const MugaiLimits *limits, MugaiReport *report)
{
    MugaiWalk *walk = g_new0 (MugaiWalk, 1);

    walk->parts = g_ptr_array_new_with_free_func (part_free);
    walk->mails = g_ptr_array_new_with_free_func ((GDestroyNotify)mugai_mime_free);
    walk->contents = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
    walk->report = report;
    walk->limits = limits;
    return walk;
}

/* A leaf whose bytes are in memory. */
void
mugai_walk_fill_memory (MugaiWalk *walk, uint32_t index, MugaiWalkPart *part, const char *name,
                        const char *declared, const uint8_t *data, size_t size)
{
    MugaiSniff sniff = mugai_sniff_window (data, size);

    part->leaf = part->chosen = true;
    part->kind = MUGAI_MIME_LEAF;
    part->declared = g_strdup (declared != NULL ? declared : "");
    part->charset = g_strdup ("");
    part->name = mugai_filename_safe (name, MUGAI_FILENAME_MAX);
    part->extension = mugai_filename_extension (part->name);
    part->size = size;
    mugai_sha256 (data, size, part->sha256);
    mugai_walk_classify (walk, index, part, &sniff);
    mugai_walk_fill_report (walk, index);
}

MugaiWalk *
mugai_walk_file (const uint8_t *data, size_t size, const char *name, const MugaiLimits *limits,
                 MugaiReport *report, GError **error)
{
    g_autoptr (MugaiWalk) walk = mugai_walk_new (limits, report);
    MugaiWalkPart *part = g_new0 (MugaiWalkPart, 1);

    g_ptr_array_add (walk->parts, part);
    mugai_report_add_part (report, 0, NULL);
    part->role = MUGAI_ROLE_ATTACHMENT;
    part->container = "";
    part->path = g_strdup ("1");
    part->data = g_bytes_new_static (data, size);
    mugai_walk_fill_memory (walk, 0, part, name, NULL, data, size);
    if (!mugai_walk_count (walk, size, error))
        return NULL;
    return g_steal_pointer (&walk);
}

bool
mugai_walk_add (MugaiWalk *walk, uint32_t parent, const char *name, const char *declared,
                GBytes *data, uint32_t *ret_index, GError **error)
{
    MugaiWalkPart *above = mugai_walk_part (walk, parent);
    uint32_t index = walk->parts->len;

    if (index >= walk->limits->parts || above->depth + 1 > walk->limits->depth) {
        bool deep = index < walk->limits->parts;
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_LIMIT, "limits.%s: %u > %" G_GUINT64_FORMAT,
                     deep ? "depth" : "parts", deep ? above->depth + 1 : index + 1,
                     deep ? walk->limits->depth : walk->limits->parts);
        return false;
    }
    MugaiWalkPart *part = g_new0 (MugaiWalkPart, 1);
    g_ptr_array_add (walk->parts, part);
    mugai_report_add_part (walk->report, parent, NULL);
    part->parent = parent;
    part->depth = above->depth + 1;
    part->letter = above->letter;
    part->role = MUGAI_ROLE_MEMBER;
    part->container = above->type->id;
    part->path = member_path (above->path, name);
    part->data = g_bytes_ref (data);
    size_t size;
    const uint8_t *bytes = g_bytes_get_data (data, &size);
    mugai_walk_fill_memory (walk, index, part, name, declared, bytes, size);
    *ret_index = index;
    return true;
}

const char *
mugai_walk_limit (const GError *error)
{
    static const char *const codes[] = { "limit.depth", "limit.expanded", "limit.header-line",
                                         "limit.headers", "limit.header" };

    for (size_t i = 0; i < G_N_ELEMENTS (codes); i++)
        if (strncmp (error->message, "limits", 6) == 0 &&
            g_str_has_prefix (error->message + 6, codes[i] + 5))
            return codes[i];
    return "limit.parts";
}

typedef struct Gather {
    GByteArray *bytes;
    uint64_t max;
    bool cut;
} Gather;

static bool
gather_piece (void *data, const uint8_t *bytes, size_t size)
{
    Gather *g = data;
    uint64_t room = g->max - g->bytes->len;

    g->cut = size > room;
    g_byte_array_append (g->bytes, bytes, (guint)MIN (size, room));
    return !g->cut;
}

GBytes *
mugai_walk_data (const MugaiWalk *walk, uint32_t index, uint64_t max, bool *ret_cut)
{
    const MugaiWalkPart *part = mugai_walk_part (walk, index);
    size_t size;

    *ret_cut = part->size > max;
    if (part->data != NULL)
        return *ret_cut ? g_bytes_new_from_bytes (part->data, 0, (gsize)max)
                        : g_bytes_ref (part->data);
    const uint8_t *raw = mugai_walk_raw (part, &size);
    if (part->mime->encoding == MUGAI_ENCODING_IDENTITY)
        return g_bytes_new_static (raw, (gsize)MIN (size, max));
    Gather gather = { .bytes =
                          g_byte_array_sized_new ((guint)MIN (MIN (part->size, max), G_MAXINT32)),
                      .max = max };
    mugai_transfer_decode (part->mime->encoding, raw, size, gather_piece, &gather);
    return g_byte_array_free_to_bytes (gather.bytes);
}

MugaiPartFacts
mugai_walk_facts (const MugaiWalk *walk, uint32_t index)
{
    const MugaiWalkPart *part = mugai_walk_part (walk, index);

    return (MugaiPartFacts){ .type = part->type->id,
                             .family = part->type->family,
                             .declared = part->declared,
                             .extension = part->extension,
                             .name = part->name,
                             .charset = part->charset,
                             .container = part->container,
                             .size = part->size,
                             .depth = part->depth,
                             .role = part->role,
                             .mismatch = part->mismatch };
}
