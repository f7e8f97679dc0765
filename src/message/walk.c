/* SPDX-License-Identifier: Apache-2.0 */
#include "message/walk.h"

#include "base/escape.h"
#include "core/error.h"
#include "message/filename.h"
#include "message/line.h"
#include "message/names.h"
#include "message/second-reading.h"
#include "message/sniff.h"

#include <string.h>

enum { PATH_MAX_BYTES = 1024, TAIL_ROOM = 3 * MUGAI_SNIFF_WINDOW, EVIDENCE_MAX = 160 };

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

/* What streaming over a content gathers: digest, size, both ends. */
typedef struct Measure {
    MugaiSha256 sha256;
    uint64_t size;
    size_t head_size, tail_size;
    uint8_t *head; /* MUGAI_SNIFF_WINDOW bytes */
    uint8_t *tail; /* TAIL_ROOM bytes */
} Measure;

static void
measure_clear (Measure *m)
{
    g_free (m->head);
    g_free (m->tail);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Measure, measure_clear)

/* Both windows are made when the first encoded part needs them; a plain mail is looked at in place.
 */
static void
measure_begin (Measure *m)
{
    if (m->head == NULL)
        m->head = g_malloc (MUGAI_SNIFF_WINDOW);
    if (m->tail == NULL)
        m->tail = g_malloc (TAIL_ROOM);
    mugai_sha256_init (&m->sha256);
    m->size = m->head_size = m->tail_size = 0;
}

static void
keep_tail (Measure *m, const uint8_t *bytes, size_t size)
{
    if (size > MUGAI_SNIFF_WINDOW) {
        bytes += size - MUGAI_SNIFF_WINDOW;
        size = MUGAI_SNIFF_WINDOW;
    }
    if (m->tail_size + size > TAIL_ROOM) {
        memmove (m->tail, m->tail + (m->tail_size - MUGAI_SNIFF_WINDOW), MUGAI_SNIFF_WINDOW);
        m->tail_size = MUGAI_SNIFF_WINDOW;
    }
    memcpy (m->tail + m->tail_size, bytes, size);
    m->tail_size += size;
}

static bool
measure_piece (void *data, const uint8_t *bytes, size_t size)
{
    Measure *m = data;
    size_t head = MIN (size, MUGAI_SNIFF_WINDOW - m->head_size);

    mugai_sha256_update (&m->sha256, bytes, size);
    m->size += size;
    memcpy (m->head + m->head_size, bytes, head);
    m->head_size += head;
    keep_tail (m, bytes, size);
    return true;
}

static const uint8_t *
raw_content (const MugaiWalk *walk, const MugaiMimePart *mime, size_t *ret_size)
{
    *ret_size = mime->end - mime->body;
    return walk->mime->data + mime->body;
}

static void
note_transfer (const MugaiWalk *walk, uint32_t index, MugaiEncoding encoding,
               const MugaiTransfer *transfer)
{
    if (transfer->odd > 0)
        mugai_walk_finding (walk, index,
                            encoding == MUGAI_ENCODING_QP ? "mime.quoted-printable-garbage"
                                                          : "mime.base64-garbage",
                            transfer->odd, NULL);
    if (transfer->cut)
        mugai_walk_finding (walk, index, "mime.truncated", 1, NULL);
}

/* Size, digest and both ends of a leaf of a mail. */
static MugaiSniff
measure_mime (const MugaiWalk *walk, uint32_t index, MugaiWalkPart *part, Measure *m)
{
    size_t size;
    const uint8_t *raw = raw_content (walk, part->mime, &size);

    if (part->mime->encoding == MUGAI_ENCODING_IDENTITY) {
        mugai_sha256 (raw, size, part->sha256);
        part->size = size;
        return mugai_sniff_window (raw, size);
    }
    measure_begin (m);
    MugaiTransfer transfer =
        mugai_transfer_decode (part->mime->encoding, raw, size, measure_piece, m);
    note_transfer (walk, index, part->mime->encoding, &transfer);
    /* Of a text all of it is shown; a file that ends in two places is two files. */
    if (transfer.goes_on && part->role != MUGAI_ROLE_BODY && part->withhold == NULL)
        part->withhold = "mime.ambiguous-encoding";
    mugai_sha256_final (&m->sha256, part->sha256);
    part->size = m->size;
    size_t tail = MIN (m->tail_size, MUGAI_SNIFF_WINDOW);
    return (MugaiSniff){ .head = m->head,
                         .head_size = m->head_size,
                         .tail = m->size <= MUGAI_SNIFF_WINDOW ? m->head
                                                               : m->tail + (m->tail_size - tail),
                         .tail_size = m->size <= MUGAI_SNIFF_WINDOW ? m->head_size : tail,
                         .size = m->size };
}

/* "2" below "1" is "1.2"; the multipart at the top has no number of its own. */
static char *
mime_path (const MugaiWalk *walk, const MugaiMimePart *mime, uint32_t index)
{
    if (index == 0)
        return g_strdup (mime->kind == MUGAI_MIME_LEAF ? "1" : "");
    const char *parent = mugai_walk_part (walk, mime->parent)->path;
    return g_strdup_printf ("%s%s%u", parent, parent[0] != '\0' ? "." : "", mime->number);
}

static char *
member_path (const char *parent, const char *name)
{
    char escaped[PATH_MAX_BYTES];

    mugai_escape (escaped, sizeof escaped / 2, name, strlen (name));
    g_strdelimit (escaped, "/", '_');
    return g_strdup_printf ("%.*s/%s", PATH_MAX_BYTES / 2, parent, escaped);
}

static void
read_labels (const MugaiWalk *walk, uint32_t index, MugaiWalkPart *part)
{
    const MugaiMimeParam *charset = mugai_mime_value_param (part->mime->type, "charset");

    part->declared = g_strdup (part->mime->type->token);
    part->charset = charset != NULL ? g_ascii_strdown (charset->value, -1) : g_strdup ("");
    if (mugai_mime_value_conflict (part->mime->type, "charset"))
        mugai_walk_finding (walk, index, "mime.duplicate-parameter", 1, "charset");
    if (part->mime->kind != MUGAI_MIME_LEAF) {
        part->name = g_strdup ("");
        part->extension = g_strdup ("");
        return;
    }
    MugaiReportPart *row = g_ptr_array_index (walk->report->parts, index);
    MugaiNames names = mugai_names_read (
        part->mime, part->charset[0] != '\0' ? part->charset : NULL, walk->limits, row->findings);
    part->name = names.name;
    part->extension = names.extension;
    part->mismatch = names.mismatch;
}

/* What must not go on whatever the rules say. */
static const char *
structural_reason (const MugaiMimePart *mime)
{
    const char *token = mime->type->token;

    if (strcmp (token, "message/partial") == 0)
        return "mime.partial";
    if (strcmp (token, "message/external-body") == 0)
        return "mime.external-body";
    if ((mime->notes & MUGAI_MIME_NOTE_AMBIGUOUS_HEADER) != 0)
        return "mime.ambiguous-header";
    if ((mime->notes & MUGAI_MIME_NOTE_AMBIGUOUS_BOUNDARY) != 0)
        return "mime.ambiguous-boundary";
    if ((mime->notes & MUGAI_MIME_NOTE_AMBIGUOUS_TYPE) != 0)
        return "mime.ambiguous-type";
    if ((mime->notes & MUGAI_MIME_NOTE_AMBIGUOUS_ENCODING) != 0)
        return "mime.ambiguous-encoding";
    if ((mime->notes & MUGAI_MIME_NOTE_NO_BOUNDARY) != 0)
        return "mime.boundary-missing";
    /* Text is harmless in every reading once it is clean; what could be a file is not. */
    if ((mime->notes & MUGAI_MIME_NOTE_DISPUTED) != 0 && strcmp (token, "text/plain") != 0 &&
        strcmp (token, "text/html") != 0)
        return "mime.readers-differ";
    return NULL;
}

static void
note_structure (const MugaiWalk *walk, uint32_t index, const MugaiMimePart *mime)
{
    for (unsigned bit = 0; bit < MUGAI_MIME_NOTE_COUNT; bit++) {
        MugaiMimeNote note = (MugaiMimeNote)(1u << bit);
        uint64_t count = note == MUGAI_MIME_NOTE_PREAMBLE   ? mime->preamble
                         : note == MUGAI_MIME_NOTE_EPILOGUE ? mime->epilogue
                                                            : 1;
        if ((mime->notes & note) != 0)
            mugai_walk_finding (walk, index, mugai_mime_note_code (note), count, mime->type->token);
    }
}

/* May a mail program show this leaf as the text of the mail? Among alternatives any text may be one
 * (text/enriched, text/x-amp-html), but for what has a meaning of its own. */
static bool
is_body_type (const MugaiWalkPart *part, MugaiMimeKind parent)
{
    static const char *const data[] = { "text/calendar",  "text/vcard", "text/x-vcard",
                                        "text/directory", "text/csv",   "text/rtf" };

    if (strcmp (part->declared, "text/plain") == 0 || strcmp (part->declared, "text/html") == 0)
        return true;
    if (parent != MUGAI_MIME_ALTERNATIVE || strncmp (part->declared, "text/", 5) != 0)
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS (data); i++)
        if (strcmp (part->declared, data[i]) == 0)
            return false;
    return true;
}

/* @first_text: no body was seen before. */
static MugaiRole
role_of (const MugaiWalk *walk, const MugaiWalkPart *part, bool first_text)
{
    const MugaiMimePart *mime = part->mime;
    MugaiMimeKind parent = mugai_walk_part (walk, part->parent)->kind;

    if (part->withhold != NULL)
        return MUGAI_ROLE_ATTACHMENT;
    if (is_body_type (part, parent) && mime->disposition != MUGAI_MIME_DISPOSITION_ATTACHMENT &&
        (part->name[0] == '\0' || first_text || parent == MUGAI_MIME_ALTERNATIVE))
        return MUGAI_ROLE_BODY;
    if (mime->disposition == MUGAI_MIME_DISPOSITION_INLINE || mime->has_id ||
        parent == MUGAI_MIME_RELATED)
        return MUGAI_ROLE_INLINE;
    return MUGAI_ROLE_ATTACHMENT;
}

/* The type of a leaf. Text that a mail program would show is plain text or HTML, whatever its words
 * resemble. */
static void
classify (const MugaiWalk *walk, uint32_t index, MugaiWalkPart *part, const MugaiSniff *sniff)
{
    part->type =
        mugai_sniff (sniff, part->declared, part->role == MUGAI_ROLE_BODY ? "" : part->extension);
    if (part->role == MUGAI_ROLE_BODY) {
        static const char *const shown[] = { "text", "script", "shortcut", "unknown" };
        bool html = strcmp (part->type->id, "html") == 0;
        bool text =
            strcmp (part->type->id, "empty") == 0 || strncmp (part->type->id, "pgp", 3) == 0;

        for (size_t i = 0; i < G_N_ELEMENTS (shown); i++)
            text = text || strcmp (part->type->family, shown[i]) == 0;
        if (text)
            part->type = mugai_type_by_id (html ? "html" : "text");
        else
            part->role = MUGAI_ROLE_ATTACHMENT;
    }
    if (part->withhold == NULL && strcmp (part->type->id, "empty") != 0 &&
        mugai_sniff_mismatch (part->type, part->declared, part->extension))
        part->mismatch = true;
    if (part->mismatch)
        mugai_walk_finding (walk, index, "type.mismatch", 1, part->declared);
}

static void
fill_report (const MugaiWalk *walk, uint32_t index)
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

static bool
count_expanded (MugaiWalk *walk, uint64_t bytes, GError **error)
{
    walk->expanded += bytes;
    if (walk->expanded <= walk->limits->expanded)
        return true;
    g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_LIMIT,
                 "limits.expanded: %" G_GUINT64_FORMAT " > %" G_GUINT64_FORMAT, walk->expanded,
                 walk->limits->expanded);
    return false;
}

static bool
add_mime (MugaiWalk *walk, uint32_t index, Measure *m, bool *body_seen, GError **error)
{
    const MugaiMimePart *mime = mugai_mime_part (walk->mime, index);
    MugaiWalkPart *part = g_new0 (MugaiWalkPart, 1);

    g_ptr_array_add (walk->parts, part);
    mugai_report_add_part (walk->report, mime->parent, NULL);
    part->mime = mime;
    part->parent = mime->parent;
    part->depth = mime->depth;
    part->kind = mime->kind;
    part->leaf = mime->kind == MUGAI_MIME_LEAF;
    part->chosen = true;
    part->container = "";
    part->type = mugai_type_by_id ("multipart");
    part->path = mime_path (walk, mime, index);
    read_labels (walk, index, part);
    note_structure (walk, index, mime);
    if (part->leaf) {
        part->withhold = structural_reason (mime);
        part->role = role_of (walk, part, !*body_seen);
        MugaiSniff sniff = measure_mime (walk, index, part, m);
        classify (walk, index, part, &sniff);
        *body_seen = *body_seen || part->role == MUGAI_ROLE_BODY;
    }
    fill_report (walk, index);
    return count_expanded (walk, part->size, error);
}

static MugaiWalk *
walk_new (const MugaiLimits *limits, MugaiReport *report)
{
    MugaiWalk *walk = g_new0 (MugaiWalk, 1);

    walk->parts = g_ptr_array_new_with_free_func (part_free);
    walk->report = report;
    walk->limits = limits;
    return walk;
}

/* Have the mail read again, and note where the other reader reads something else. */
static bool
read_again (const MugaiWalk *walk, const MugaiWalkReader *reader, GError **error)
{
    const MugaiMime *mime = walk->mime;
    g_autoptr (GBytes) list = NULL;
    g_autoptr (GError) failure = NULL;

    if (!mugai_second_reading_needed (mime))
        return true;
    if (reader->list != NULL)
        list = reader->list (reader->data, mime->data, mime->size, walk->limits, &failure);
    if (failure != NULL) {
        g_propagate_error (error, g_steal_pointer (&failure));
        return false;
    }
    g_auto (MugaiSecondReading) reading = mugai_second_reading_compare (mime, list);
    for (guint i = 0; i < reading.disputed->len; i++) {
        uint32_t index = g_array_index (reading.disputed, uint32_t, i);
        g_array_index (mime->parts, MugaiMimePart, index).notes |= MUGAI_MIME_NOTE_DISPUTED;
    }
    if (reading.failed)
        mugai_report_add_finding (walk->report->findings, "mime.no-second-reading", 1, NULL);
    if (reading.unseen > 0)
        mugai_report_add_finding (walk->report->findings, "mime.second-reading", reading.unseen,
                                  reading.unseen_type);
    return true;
}

/* A leaf whose bytes are in memory. */
static void
fill_memory (MugaiWalk *walk, uint32_t index, MugaiWalkPart *part, const char *name,
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
    classify (walk, index, part, &sniff);
    fill_report (walk, index);
}

/* What only another reader would take for content: a leaf that is always withheld. */
static bool
add_other (MugaiWalk *walk, const MugaiMimeOther *other, GError **error)
{
    static const struct {
        MugaiMimeNote note;
        const char *name;
    } places[] = {
        { MUGAI_MIME_NOTE_PREAMBLE, "preamble" },
        { MUGAI_MIME_NOTE_EPILOGUE, "epilogue" },
        { MUGAI_MIME_NOTE_AFTER_CLOSE, "after-close" },
        { MUGAI_MIME_NOTE_NEAR, "near-boundary" },
        { MUGAI_MIME_NOTE_AMBIGUOUS_HEADER, "after-header" },
    };
    uint32_t index = walk->parts->len;
    const MugaiWalkPart *above = mugai_walk_part (walk, other->place);
    const char *name = "other";

    if (index >= walk->limits->parts) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_LIMIT, "limits.parts: %u > %" G_GUINT64_FORMAT,
                     index + 1, walk->limits->parts);
        return false;
    }
    for (size_t i = 0; i < G_N_ELEMENTS (places); i++)
        if (places[i].note == other->note)
            name = places[i].name;
    MugaiWalkPart *part = g_new0 (MugaiWalkPart, 1);
    part->parent = other->parent;
    part->depth = above->depth;
    part->role = MUGAI_ROLE_ATTACHMENT;
    part->container = "";
    part->withhold = "mime.other-reading";
    part->path = g_strconcat (above->path, above->path[0] != '\0' ? "/" : "", name, NULL);
    part->data = g_bytes_new_static (walk->mime->data + other->begin, other->end - other->begin);
    g_ptr_array_add (walk->parts, part);
    mugai_report_add_part (walk->report, other->parent, NULL);
    fill_memory (walk, index, part, "", NULL, walk->mime->data + other->begin,
                 other->end - other->begin);
    return count_expanded (walk, part->size, error);
}

MugaiWalk *
mugai_walk_mail (const uint8_t *data, size_t size, const MugaiLimits *limits,
                 const MugaiWalkReader *reader, MugaiReport *report, GError **error)
{
    g_autoptr (MugaiWalk) walk = walk_new (limits, report);
    g_auto (Measure) measure = { 0 };
    bool body_seen = false;

    walk->mime = mugai_mime_parse (data, size, limits, error);
    if (walk->mime == NULL || !read_again (walk, reader, error))
        return NULL;
    for (uint32_t i = 0; i < walk->mime->parts->len; i++)
        if (!add_mime (walk, i, &measure, &body_seen, error))
            return NULL;
    for (guint i = 0; i < walk->mime->others->len; i++) {
        const MugaiMimeOther *other = &g_array_index (walk->mime->others, MugaiMimeOther, i);
        if (other->begin < other->end && !add_other (walk, other, error))
            return NULL;
    }
    return g_steal_pointer (&walk);
}

MugaiWalk *
mugai_walk_file (const uint8_t *data, size_t size, const char *name, const MugaiLimits *limits,
                 MugaiReport *report, GError **error)
{
    g_autoptr (MugaiWalk) walk = walk_new (limits, report);
    MugaiWalkPart *part = g_new0 (MugaiWalkPart, 1);

    g_ptr_array_add (walk->parts, part);
    mugai_report_add_part (report, 0, NULL);
    part->role = MUGAI_ROLE_ATTACHMENT;
    part->container = "";
    part->path = g_strdup ("1");
    part->data = g_bytes_new_static (data, size);
    fill_memory (walk, 0, part, name, NULL, data, size);
    if (!count_expanded (walk, size, error))
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
    part->role = MUGAI_ROLE_MEMBER;
    part->container = above->type->id;
    part->path = member_path (above->path, name);
    part->data = g_bytes_ref (data);
    size_t size;
    const uint8_t *bytes = g_bytes_get_data (data, &size);
    fill_memory (walk, index, part, name, declared, bytes, size);
    *ret_index = index;
    return true;
}

const char *
mugai_walk_limit (const GError *error)
{
    return g_str_has_prefix (error->message, "limits.depth") ? "limit.depth" : "limit.parts";
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
    const uint8_t *raw = raw_content (walk, part->mime, &size);
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
