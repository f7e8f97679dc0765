/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: the members are compared one by one to what may come next: the media type, the
 * manifest, the parts of the document, those of its objects, the pictures. The manifest must then
 * say exactly this list, and tells which kind each object is.
 */
#include "verify/odf.h"

#include "verify/archive.h"
#include "verify/form.h"
#include "verify/jpeg.h"
#include "verify/model.h"
#include "verify/png.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEMBERS = 20000, NAME = 256, MANIFEST = 1 };

typedef struct Odf {
    MugaiCheck *check;
    const MugaiModelOdf *kind;
    MugaiArchive archive;
    MugaiRefers refers;
    MugaiModelMedia media;
    unsigned next;
    unsigned first_object, first_picture; /* members */
    uint32_t *object;                     /* of each member of an object, its number */
    bool *png;                            /* of each picture */
} Odf;

static const char manifest_head[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
    "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" "
    "manifest:version=\"1.2\"><manifest:file-entry manifest:full-path=\"/\" "
    "manifest:version=\"1.2\" manifest:media-type=\"";

static size_t
enter (MugaiCheck *check, const char *name)
{
    char step[NAME + 1];

    snprintf (step, sizeof step, "%s%s", check->path[0] != '\0' ? "/" : "", name);
    return mugai_check_enter (check, step);
}

static bool
is_named (const Odf *o, unsigned member, const char *name)
{
    const MugaiMember *m = &o->archive.member[member];

    return member < o->archive.count && m->name_size == strlen (name) &&
           memcmp (m->name, name, m->name_size) == 0;
}

static bool
refuse_next (Odf *o)
{
    bool end = o->next >= o->archive.count;

    return mugai_refuse (o->check, "O-31",
                         end ? o->archive.directory : o->archive.member[o->next].entry,
                         end ? "a member is missing" : "a member that may not stand here");
}

/* O-30 */
static bool
check_mimetype (Odf *o)
{
    const MugaiMember *m = &o->archive.member[0];
    const char *media = mugai_model_string (o->kind->media);
    uint8_t *own;

    if (!is_named (o, 0, "mimetype") || m->method != MUGAI_MEMBER_STORED ||
        m->size != strlen (media) || memcmp (m->data, media, m->size) != 0)
        return mugai_refuse (o->check, "O-30", 0, "the member mimetype");
    o->next = 1;
    bool ok = mugai_archive_unpack (o->check, m, &own) != NULL; /* its CRC */
    free (own);
    return ok;
}

/* The file names of a document's or object's parts. Returns: how many of them come next. */
static unsigned
take_parts (Odf *o, const MugaiModelOdf *kind, const char *folder)
{
    char name[NAME];
    unsigned taken = 0;

    for (uint16_t i = 0; i < kind->n; i++) {
        snprintf (name, sizeof name, "%s%s", folder,
                  mugai_model_string (mugai_model_parts[kind->part[i]].file));
        if (is_named (o, o->next, name)) {
            o->next++;
            taken++;
        } else if (i == 0) {
            break; /* content.xml is always there */
        }
    }
    return taken;
}

/* The parts of object @number, by any of the kinds of objects; the manifest says which. */
static bool
take_object (Odf *o, uint32_t number)
{
    char folder[NAME];
    unsigned from = o->next, most = 0;

    snprintf (folder, sizeof folder, "Object%u/", number);
    for (uint32_t i = 0; i < mugai_model_n_odfs; i++) {
        o->next = from;
        unsigned taken =
            mugai_model_odfs[i].object ? take_parts (o, &mugai_model_odfs[i], folder) : 0;
        most = taken > most ? taken : most;
    }
    o->next = from + most;
    for (unsigned i = from; i < o->next; i++)
        o->object[i] = number;
    return most > 0;
}

static bool
take_picture (Odf *o, uint32_t number)
{
    char name[NAME];

    snprintf (name, sizeof name, "Pictures/image%u.png", number);
    bool png = is_named (o, o->next, name);
    snprintf (name, sizeof name, "Pictures/image%u.jpeg", number);
    if (!png && !is_named (o, o->next, name))
        return false;
    o->png[number - 1] = png;
    o->next++;
    return true;
}

/* O-31 */
static bool
list_parts (Odf *o)
{
    if (!is_named (o, o->next, "META-INF/manifest.xml"))
        return refuse_next (o);
    o->next++;
    if (take_parts (o, o->kind, "") == 0)
        return refuse_next (o);
    o->first_object = o->next;
    while (take_object (o, o->media.objects + 1))
        o->media.objects++;
    o->first_picture = o->next;
    while (take_picture (o, o->media.pictures + 1))
        o->media.pictures++;
    return o->next == o->archive.count || refuse_next (o);
}

static bool
take_entry (MugaiForm *form, const void *name, size_t size, const char *media)
{
    return mugai_form_literal (form, "<manifest:file-entry manifest:full-path=\"") &&
           mugai_form_bytes (form, name, size) &&
           mugai_form_literal (form, "\" manifest:media-type=\"") &&
           mugai_form_literal (form, media) && mugai_form_literal (form, "\"/>");
}

/* The entry of an object's folder. Returns: its kind, or NULL. */
static const MugaiModelOdf *
take_folder (MugaiForm *form, uint32_t number)
{
    char folder[NAME];

    snprintf (folder, sizeof folder, "Object%u/", number);
    for (uint32_t i = 0; i < mugai_model_n_odfs; i++) {
        const MugaiModelOdf *kind = &mugai_model_odfs[i];
        MugaiForm ahead = *form;
        if (kind->object &&
            take_entry (&ahead, folder, strlen (folder), mugai_model_string (kind->media))) {
            *form = ahead;
            return kind;
        }
    }
    return NULL;
}

/* The part of @kind whose file has the last name of member @m, or NULL. */
static const MugaiModelPart *
part_of (const MugaiModelOdf *kind, const MugaiMember *m)
{
    for (uint16_t i = 0; i < kind->n; i++) {
        const MugaiModelPart *part = &mugai_model_parts[kind->part[i]];
        const char *file = mugai_model_string (part->file);
        size_t size = strlen (file);
        if (m->name_size >= size && memcmp (m->name + m->name_size - size, file, size) == 0)
            return part;
    }
    return NULL;
}

/* O-32, and the row of each part in @rows. */
static bool
is_manifest (Odf *o, MugaiForm *form, const MugaiModelPart **rows)
{
    const MugaiModelOdf *kind = o->kind;

    if (!mugai_form_literal (form, manifest_head) ||
        !mugai_form_literal (form, mugai_model_string (o->kind->media)) ||
        !mugai_form_literal (form, "\"/>"))
        return false;
    for (unsigned i = MANIFEST + 1; i < o->archive.count; i++) {
        const MugaiMember *m = &o->archive.member[i];
        const char *media = "text/xml";
        if (i >= o->first_picture)
            media = o->png[i - o->first_picture] ? "image/png" : "image/jpeg";
        else if (i >= o->first_object && o->object[i] != o->object[i - 1])
            kind = take_folder (form, o->object[i]);
        rows[i] = kind != NULL && i < o->first_picture ? part_of (kind, m) : NULL;
        if (kind == NULL || (rows[i] == NULL && i < o->first_picture) ||
            !take_entry (form, m->name, m->name_size, media))
            return false;
    }
    return mugai_form_literal (form, "</manifest:manifest>") && form->at == form->size;
}

static bool
check_manifest (Odf *o, const MugaiModelPart **rows)
{
    uint8_t *own;
    const MugaiMember *m = &o->archive.member[MANIFEST];
    const uint8_t *d = mugai_archive_unpack (o->check, m, &own);
    MugaiForm form = { .d = d, .size = m->size };
    size_t outer = enter (o->check, "META-INF/manifest.xml");
    bool ok = d != NULL && (is_manifest (o, &form, rows) ||
                            mugai_refuse (o->check, "O-32", form.at, "the manifest"));

    free (own);
    if (ok)
        mugai_check_leave (o->check, outer);
    return ok;
}

/* A part or picture. @row: NULL for a picture. */
static bool
check_part (Odf *o, unsigned member, const MugaiModelPart *row)
{
    const MugaiMember *m = &o->archive.member[member];
    char name[NAME];
    uint8_t *own;
    MugaiModelUse use = { .refers = &o->refers, .part = member, .media = &o->media };

    snprintf (name, sizeof name, "%.*s", (int)m->name_size, (const char *)m->name); /* ours */
    size_t outer = enter (o->check, name);
    const uint8_t *d = mugai_archive_unpack (o->check, m, &own);
    bool ok = d != NULL;
    if (row != NULL)
        ok = ok && mugai_model_check (o->check, row, d, m->size, &use);
    else
        ok = ok && (o->png[member - o->first_picture] ? mugai_png_check (o->check, d, m->size)
                                                      : mugai_jpeg_check (o->check, d, m->size));
    free (own);
    if (ok)
        mugai_check_leave (o->check, outer);
    return ok;
}

/* O-16, O-33 */
static bool
check_refers (Odf *o)
{
    uint32_t member = 0;
    uint64_t at = 0;
    const char *why = mugai_refers_settle (&o->refers, &member, &at);

    if (why != NULL)
        return mugai_refuse (o->check, "O-16", at, why);
    return (o->media.named_pictures == o->media.pictures &&
            o->media.named_objects == o->media.objects) ||
           mugai_refuse (o->check, "O-33", 0, "a picture or object that nothing names");
}

static bool
check_parts (Odf *o)
{
    const MugaiModelPart **rows = calloc (o->archive.count, sizeof *rows);
    bool ok = rows != NULL || mugai_refuse (o->check, "L-3", 0, "not enough memory for parts");

    o->object = calloc (o->archive.count, sizeof *o->object);
    o->png = calloc (o->archive.count, sizeof *o->png);
    o->media.png = o->png;
    if (o->object == NULL || o->png == NULL)
        ok = mugai_refuse (o->check, "L-3", 0, "not enough memory for parts");
    ok = ok && check_mimetype (o) && list_parts (o) && check_manifest (o, rows);
    for (unsigned i = MANIFEST + 1; ok && i < o->archive.count; i++)
        ok = check_part (o, i, rows[i]);
    free (rows);
    return ok && check_refers (o);
}

static bool
check_kind (MugaiCheck *check, const char *id, const uint8_t *d, size_t size)
{
    Odf o = { .check = check };

    for (uint32_t i = 0; i < mugai_model_n_odfs; i++)
        if (!mugai_model_odfs[i].object &&
            strcmp (mugai_model_string (mugai_model_odfs[i].id), id) == 0)
            o.kind = &mugai_model_odfs[i];
    if (o.kind == NULL)
        return mugai_refuse (check, "O-30", 0, "a document without a model");
    bool ok = mugai_archive_read (check, d, size, MEMBERS, &o.archive) &&
              mugai_archive_unique (check, &o.archive) &&
              mugai_refers_init (&o.refers, check, mugai_model_sizes.items, MUGAI_MODEL_NONE) &&
              check_parts (&o);
    mugai_refers_clear (&o.refers);
    mugai_archive_clear (&o.archive);
    free (o.object);
    free (o.png);
    return ok;
}

bool
mugai_odt_check (MugaiCheck *check, const uint8_t *d, size_t size)
{
    return check_kind (check, "odt", d, size);
}

bool
mugai_ods_check (MugaiCheck *check, const uint8_t *d, size_t size)
{
    return check_kind (check, "ods", d, size);
}

bool
mugai_odp_check (MugaiCheck *check, const uint8_t *d, size_t size)
{
    return check_kind (check, "odp", d, size);
}
