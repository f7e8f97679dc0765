/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: the members are compared one by one to what must come next. The relations of the
 * package name the first parts; each part may be followed by relations that name further ones. Then
 * the list is complete, the content types must say exactly it, and each part is read with its
 * model.
 */
#include "verify/opc.h"

#include "verify/archive.h"
#include "verify/form.h"
#include "verify/jpeg.h"
#include "verify/opc-relations.h"
#include "verify/png.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Package {
    MugaiOpc opc;
    MugaiCheck *check;
    MugaiArchive archive;
    unsigned next; /* member */
} Package;

static const char types_name[] = "[Content_Types].xml";
static const char types_head[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
    "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
    "<Default Extension=\"jpeg\" ContentType=\"image/jpeg\"/>"
    "<Default Extension=\"png\" ContentType=\"image/png\"/>"
    "<Default Extension=\"rels\" "
    "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
    "<Default Extension=\"xml\" ContentType=\"application/xml\"/>";

/* What a step of the path is: the name of a member of ours. */
static size_t
enter (MugaiCheck *check, const char *name)
{
    char step[MUGAI_OPC_NAME + 1];

    snprintf (step, sizeof step, "%s%s", check->path[0] != '\0' ? "/" : "", name);
    return mugai_check_enter (check, step);
}

/* Whether the next member has this name. */
static bool
is_next (const Package *p, const char *name)
{
    const MugaiMember *m = &p->archive.member[p->next];

    return p->next < p->archive.count && m->name_size == strlen (name) &&
           memcmp (m->name, name, m->name_size) == 0;
}

static bool
refuse_next (Package *p)
{
    bool end = p->next == p->archive.count;

    return mugai_refuse (
        p->check, "O-2", end ? p->archive.directory : p->archive.member[p->next].entry,
        end ? "a member is missing" : "a member that does not follow from the relations");
}

/* Read the next member, which has relations of @source. */
static bool
read_relations (Package *p, size_t source, const char *name)
{
    uint8_t *own;
    const MugaiMember *m = &p->archive.member[p->next++];
    size_t outer = enter (p->check, name);
    const uint8_t *d = mugai_archive_unpack (p->check, m, &own);
    bool ok = d != NULL && (m->size > 0 || mugai_refuse (p->check, "O-5", 0, "no relations")) &&
              mugai_opc_relations (&p->opc, source, d, m->size);

    free (own);
    if (ok)
        mugai_check_leave (p->check, outer);
    return ok;
}

/* Part @index is the next member, its relations the one after, when it has any. */
static bool
list_part (Package *p, size_t index)
{
    char name[MUGAI_OPC_NAME], relations[MUGAI_OPC_NAME + 16];

    mugai_opc_name (&p->opc, &p->opc.part[index], name);
    if (!is_next (p, name))
        return refuse_next (p);
    p->opc.part[index].member = p->next++;
    if (p->opc.part[index].picture != MUGAI_OPC_PART)
        return true;
    const char *slash = strrchr (name, '/'), *last = slash != NULL ? slash + 1 : name;
    snprintf (relations, sizeof relations, "%.*s_rels/%s.rels", (int)(last - name), name, last);
    if (is_next (p, relations))
        return read_relations (p, index, relations);
    return mugai_opc_relations (&p->opc, index, NULL, 0);
}

/* O-2: all members. */
static bool
list_parts (Package *p)
{
    if (!is_next (p, types_name))
        return refuse_next (p);
    p->next++;
    if (!is_next (p, "_rels/.rels"))
        return refuse_next (p);
    if (!read_relations (p, MUGAI_OPC_PACKAGE, "_rels/.rels"))
        return false;
    for (size_t i = 0; i < p->opc.n; i++) /* grows */
        if (!list_part (p, i))
            return false;
    return p->next == p->archive.count || refuse_next (p);
}

static bool
is_types (const Package *p, MugaiForm *form)
{
    char name[MUGAI_OPC_NAME];

    if (!mugai_form_literal (form, types_head))
        return false;
    for (size_t i = 0; i < p->opc.n; i++) {
        const MugaiOpcPart *part = &p->opc.part[i];
        if (part->picture != MUGAI_OPC_PART)
            continue;
        mugai_opc_name (&p->opc, part, name);
        if (!mugai_form_literal (form, "<Override PartName=\"/") ||
            !mugai_form_literal (form, name) || !mugai_form_literal (form, "\" ContentType=\"") ||
            !mugai_form_literal (form, mugai_model_string (mugai_model_parts[part->row].media)) ||
            !mugai_form_literal (form, "\"/>"))
            return false;
    }
    return mugai_form_literal (form, "</Types>") && form->at == form->size;
}

/* O-4 */
static bool
check_types (Package *p)
{
    uint8_t *own;
    const MugaiMember *m = &p->archive.member[0];
    const uint8_t *d = mugai_archive_unpack (p->check, m, &own);
    MugaiForm form = { .d = d, .size = m->size };
    size_t outer = enter (p->check, types_name);
    bool ok = d != NULL &&
              (is_types (p, &form) || mugai_refuse (p->check, "O-4", form.at, "content types"));

    free (own);
    if (ok)
        mugai_check_leave (p->check, outer);
    return ok;
}

static bool
check_xml (Package *p, size_t index, const uint8_t *d, size_t size)
{
    MugaiOpc *opc = &p->opc;
    const MugaiOpcPart *part = &opc->part[index];
    MugaiModelUse use = { .refers = &opc->refers,
                          .part = (uint32_t)index,
                          .link = opc->link + part->link,
                          .n_links = part->n_links };

    if (!mugai_model_check (p->check, &mugai_model_parts[part->row], d, size, &use))
        return false;
    for (size_t i = 0; i < use.n_links; i++)
        if (!use.link[i].used)
            return mugai_refuse (p->check, "O-15", size, "a relation that nothing uses");
    return true;
}

static bool
check_part (Package *p, size_t index)
{
    uint8_t *own;
    char name[MUGAI_OPC_NAME];
    const MugaiOpcPart *part = &p->opc.part[index];
    const MugaiMember *m = &p->archive.member[part->member];

    mugai_opc_name (&p->opc, part, name);
    size_t outer = enter (p->check, name);
    const uint8_t *d = mugai_archive_unpack (p->check, m, &own);
    bool ok =
        d != NULL && (part->picture == MUGAI_OPC_PNG    ? mugai_png_check (p->check, d, m->size)
                      : part->picture == MUGAI_OPC_JPEG ? mugai_jpeg_check (p->check, d, m->size)
                                                        : check_xml (p, index, d, m->size));

    free (own);
    if (ok)
        mugai_check_leave (p->check, outer);
    return ok;
}

/* Names of sheets in formulas are asked for in workbooks only: a chart elsewhere has no sheets. */
static uint16_t
sheets_space (const MugaiModelKindRow *kind)
{
    if (strcmp (mugai_model_string (kind->id), "xlsx") != 0)
        return MUGAI_MODEL_NONE;
    return mugai_model_item ("sheet-name");
}

/* O-16 */
static bool
check_refers (Package *p)
{
    uint32_t part = 0;
    uint64_t at = 0;
    char name[MUGAI_OPC_NAME];
    const char *why = mugai_refers_settle (&p->opc.refers, &part, &at);

    if (why == NULL)
        return true;
    mugai_opc_name (&p->opc, &p->opc.part[part], name);
    enter (p->check, name);
    return mugai_refuse (p->check, "O-16", at, why);
}

static bool
check_package (Package *p, const uint8_t *d, size_t size)
{
    if (!mugai_archive_read (p->check, d, size, MUGAI_OPC_PARTS, &p->archive) ||
        !mugai_archive_unique (p->check, &p->archive) ||
        !mugai_refers_init (&p->opc.refers, p->check, mugai_model_sizes.items,
                            sheets_space (p->opc.kind)) ||
        !list_parts (p) || !check_types (p))
        return false;
    for (size_t i = 0; i < p->opc.n; i++)
        if (!check_part (p, i))
            return false;
    return check_refers (p);
}

static bool
check_kind (MugaiCheck *check, const char *id, const uint8_t *d, size_t size)
{
    Package p = { .check = check, .opc = { .check = check } };

    for (uint32_t i = 0; i < mugai_model_sizes.kinds; i++)
        if (strcmp (mugai_model_string (mugai_model_kinds[i].id), id) == 0)
            p.opc.kind = &mugai_model_kinds[i];
    if (p.opc.kind == NULL)
        return mugai_refuse (check, "O-2", 0, "a document without a model");
    bool ok = check_package (&p, d, size);
    mugai_refers_clear (&p.opc.refers);
    free (p.opc.part);
    free (p.opc.link);
    free (p.opc.picture);
    mugai_archive_clear (&p.archive);
    return ok;
}

bool
mugai_docx_check (MugaiCheck *check, const uint8_t *d, size_t size)
{
    return check_kind (check, "docx", d, size);
}

bool
mugai_xlsx_check (MugaiCheck *check, const uint8_t *d, size_t size)
{
    return check_kind (check, "xlsx", d, size);
}

bool
mugai_pptx_check (MugaiCheck *check, const uint8_t *d, size_t size)
{
    return check_kind (check, "pptx", d, size);
}
