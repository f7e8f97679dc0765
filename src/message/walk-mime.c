/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: the tree of mime.h becomes parts of the walk, behind those that are there already:
 * the item's own mail at the beginning, or a mail that was found inside of it, below the part that
 * holds it. Roles, names and structure are those of one mail, whatever it stands in.
 */
#include "message/walk-private.h"

#include "core/error.h"
#include "message/measure.h"
#include "message/names.h"
#include "message/second-reading.h"

#include <string.h>

typedef struct Mail { /* the one that is being added */
    MugaiMime *mime;
    uint32_t first; /* index of its first part */
    uint32_t root;  /* part it stands in; its own first part for the item's mail */
    uint32_t depth; /* of its first part */
    const char *container;
    bool body_seen;
    MugaiMeasure measure;
} Mail;

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
measure_leaf (const MugaiWalk *walk, uint32_t index, MugaiWalkPart *part, MugaiMeasure *m)
{
    size_t size;
    const uint8_t *raw = mugai_walk_raw (part, &size);

    if (part->mime->encoding == MUGAI_ENCODING_IDENTITY) {
        mugai_sha256 (raw, size, part->sha256);
        part->size = size;
        return mugai_sniff_window (raw, size);
    }
    MugaiTransfer transfer;
    MugaiSniff sniff = mugai_measure (m, part->mime->encoding, raw, size, part->sha256, &transfer);
    note_transfer (walk, index, part->mime->encoding, &transfer);
    /* Of a text all of it is shown; a file that ends in two places is two files. */
    if (transfer.goes_on && part->role != MUGAI_ROLE_BODY && part->withhold == NULL)
        part->withhold = "mime.ambiguous-encoding";
    part->size = m->size;
    return sniff;
}

/* A container whose directory lies in its middle: its chain will want all of it anyway. */
static MugaiSniff
gather_leaf (const MugaiWalk *walk, uint32_t index, MugaiWalkPart *part)
{
    bool cut;
    size_t size;

    part->data = mugai_walk_data (walk, index, UINT64_MAX, &cut);
    const void *data = g_bytes_get_data (part->data, &size);
    return mugai_sniff_window (data, size);
}

/* "2" below "1" is "1.2", below the mail "3" it is "3/2"; the multipart at the top of a mail has no
 * number of its own. */
static char *
mime_path (const MugaiWalk *walk, const Mail *mail, const MugaiMimePart *mime, uint32_t i)
{
    const char *above = mail->first > 0 ? mugai_walk_part (walk, mail->root)->path : "";
    const char *between = above[0] != '\0' ? "/" : "";

    if (i == 0)
        return g_strdup_printf ("%s%s%s", above, between, mime->kind == MUGAI_MIME_LEAF ? "1" : "");
    const char *parent = mugai_walk_part (walk, mail->first + mime->parent)->path;
    bool top = parent[0] == '\0' || g_str_has_suffix (parent, "/");
    return g_strdup_printf ("%s%s%u", parent, top ? "" : ".", mime->number);
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

/* The second part of a signed mail signs what no longer is; what is encrypted cannot be looked at
 * (RFC 1847 2.1, 2.2). */
static const char *
sealed_reason (const MugaiWalk *walk, const MugaiWalkPart *part, const MugaiMimePart *mime)
{
    const MugaiWalkPart *above = mugai_walk_part (walk, part->parent);

    if (above->mail != part->mail)
        return NULL;
    if (above->kind == MUGAI_MIME_SIGNED && mime->number > 1)
        return "withheld.signature";
    return above->kind == MUGAI_MIME_ENCRYPTED ? "withheld.encrypted" : NULL;
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

    if (strcmp (part->declared, "text/plain") == 0 || strcmp (part->declared, "text/html") == 0 ||
        strcmp (part->declared, "text/enriched") == 0)
        return true;
    if (parent != MUGAI_MIME_ALTERNATIVE || strncmp (part->declared, "text/", 5) != 0)
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS (data); i++)
        if (strcmp (part->declared, data[i]) == 0)
            return false;
    return true;
}

/* What mail systems tell in fields is text to a reader. */
static MugaiRendering
rendering_of (const MugaiWalkPart *part)
{
    static const char *const status[] = { "message/delivery-status",
                                          "message/global-delivery-status",
                                          "message/disposition-notification",
                                          "message/global-disposition-notification",
                                          "message/feedback-report" };
    static const char *const header[] = { "text/rfc822-headers", "message/global-headers" };

    for (size_t i = 0; i < G_N_ELEMENTS (status); i++)
        if (strcmp (part->declared, status[i]) == 0)
            return MUGAI_RENDERING_STATUS;
    for (size_t i = 0; i < G_N_ELEMENTS (header); i++)
        if (strcmp (part->declared, header[i]) == 0)
            return MUGAI_RENDERING_HEADER;
    return MUGAI_RENDERING_NONE;
}

/* @first_text: no body was seen before. */
static MugaiRole
role_of (const MugaiWalk *walk, const MugaiWalkPart *part, bool first_text)
{
    const MugaiMimePart *mime = part->mime;
    MugaiMimeKind parent = mugai_walk_part (walk, part->parent)->kind;

    if (part->withhold != NULL)
        return MUGAI_ROLE_ATTACHMENT;
    if (part->rendering != MUGAI_RENDERING_NONE)
        return MUGAI_ROLE_BODY;
    if (is_body_type (part, parent) && mime->disposition != MUGAI_MIME_DISPOSITION_ATTACHMENT &&
        (part->name[0] == '\0' || first_text || parent == MUGAI_MIME_ALTERNATIVE))
        return MUGAI_ROLE_BODY;
    if (mime->disposition == MUGAI_MIME_DISPOSITION_INLINE || mime->has_id ||
        parent == MUGAI_MIME_RELATED)
        return MUGAI_ROLE_INLINE;
    return MUGAI_ROLE_ATTACHMENT;
}

static bool
add_part (MugaiWalk *walk, Mail *mail, uint32_t i, GError **error)
{
    const MugaiMimePart *mime = mugai_mime_part (mail->mime, i);
    uint32_t index = walk->parts->len;
    MugaiWalkPart *part = g_new0 (MugaiWalkPart, 1);

    g_ptr_array_add (walk->parts, part);
    part->parent = i > 0 ? mail->first + mime->parent : mail->root;
    mugai_report_add_part (walk->report, part->parent, NULL);
    part->mail = mail->mime;
    part->letter = mail->root;
    part->mime = mime;
    part->depth = mail->depth + mime->depth;
    part->kind = mime->kind;
    part->leaf = mime->kind == MUGAI_MIME_LEAF;
    part->chosen = true;
    part->container = mail->container;
    part->type = mugai_type_by_id ("multipart");
    part->path = mime_path (walk, mail, mime, i);
    read_labels (walk, index, part);
    note_structure (walk, index, mime);
    if (part->leaf) {
        part->withhold = structural_reason (mime);
        if (part->withhold == NULL)
            part->withhold = sealed_reason (walk, part, mime);
        part->rendering = rendering_of (part);
        part->role = role_of (walk, part, !mail->body_seen);
        MugaiSniff sniff = measure_leaf (walk, index, part, &mail->measure);
        if (part->withhold == NULL && mugai_sniff_wants_whole (&sniff))
            sniff = gather_leaf (walk, index, part);
        mugai_walk_classify (walk, index, part, &sniff);
        mail->body_seen = mail->body_seen || part->role == MUGAI_ROLE_BODY;
    }
    mugai_walk_fill_report (walk, index);
    return mugai_walk_count (walk, part->size, error);
}

/* Have a mail read again, and note where the other reader reads something else. */
static bool
read_again (const MugaiWalk *walk, const MugaiMime *mime, const MugaiWalkReader *reader,
            GError **error)
{
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

/* What only another reader would take for content: a leaf that is always withheld. */
static bool
add_other (MugaiWalk *walk, const Mail *mail, const MugaiMimeOther *other, GError **error)
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
    const MugaiWalkPart *above = mugai_walk_part (walk, mail->first + other->place);
    const char *name = "other";

    if (index >= walk->limits->parts) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_LIMIT, "limits.parts: %u > %" G_GUINT64_FORMAT,
                     index + 1, walk->limits->parts);
        return false;
    }
    for (size_t i = 0; i < G_N_ELEMENTS (places); i++)
        if (places[i].note == other->note)
            name = places[i].name;
    const char *sep = above->path[0] == '\0' || g_str_has_suffix (above->path, "/") ? "" : "/";
    MugaiWalkPart *part = g_new0 (MugaiWalkPart, 1);
    part->parent = mail->first + other->parent;
    part->depth = above->depth;
    part->role = MUGAI_ROLE_ATTACHMENT;
    part->container = mail->container;
    part->withhold = "mime.other-reading";
    part->path = g_strconcat (above->path, sep, name, NULL);
    part->data = g_bytes_new_static (mail->mime->data + other->begin, other->end - other->begin);
    g_ptr_array_add (walk->parts, part);
    mugai_report_add_part (walk->report, part->parent, NULL);
    mugai_walk_fill_memory (walk, index, part, "", NULL, mail->mime->data + other->begin,
                            other->end - other->begin);
    return mugai_walk_count (walk, part->size, error);
}

static bool
add_all (MugaiWalk *walk, Mail *mail, const MugaiWalkReader *reader, GError **error)
{
    if (!read_again (walk, mail->mime, reader, error))
        return false;
    for (uint32_t i = 0; i < mail->mime->parts->len; i++)
        if (!add_part (walk, mail, i, error))
            return false;
    for (guint i = 0; i < mail->mime->others->len; i++) {
        const MugaiMimeOther *other = &g_array_index (mail->mime->others, MugaiMimeOther, i);
        if (other->begin < other->end && !add_other (walk, mail, other, error))
            return false;
    }
    return true;
}

MugaiWalk *
mugai_walk_mail (const uint8_t *data, size_t size, const MugaiLimits *limits,
                 const MugaiWalkReader *reader, MugaiReport *report, GError **error)
{
    g_autoptr (MugaiWalk) walk = mugai_walk_new (limits, report);
    Mail mail = { .container = "" };

    walk->mime = mail.mime = mugai_mime_parse (data, size, limits, error);
    bool ok = walk->mime != NULL && add_all (walk, &mail, reader, error);
    mugai_measure_clear (&mail.measure);
    return ok ? g_steal_pointer (&walk) : NULL;
}

const MugaiMime *
mugai_walk_open (MugaiWalk *walk, uint32_t index, GBytes *data, const MugaiWalkReader *reader,
                 GError **error)
{
    const MugaiWalkPart *above = mugai_walk_part (walk, index);
    MugaiLimits limits = *walk->limits;
    size_t size;
    const uint8_t *bytes = g_bytes_get_data (data, &size);
    Mail mail = { .first = walk->parts->len,
                  .root = index,
                  .depth = above->depth + 1,
                  .container = above->type->id };

    if (mail.depth > limits.depth || mail.first >= limits.parts) {
        bool deep = mail.depth > limits.depth;
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_LIMIT, "limits.%s: %u > %" G_GUINT64_FORMAT,
                     deep ? "depth" : "parts", deep ? mail.depth : mail.first + 1,
                     deep ? limits.depth : limits.parts);
        return NULL;
    }
    limits.parts -= mail.first;
    limits.depth -= mail.depth;
    mail.mime = mugai_mime_parse (bytes, size, &limits, error);
    if (mail.mime == NULL)
        return NULL;
    g_ptr_array_add (walk->mails, mail.mime);
    g_ptr_array_add (walk->contents, g_bytes_ref (data));
    bool ok = add_all (walk, &mail, reader, error);
    mugai_measure_clear (&mail.measure);
    return ok ? mail.mime : NULL;
}
