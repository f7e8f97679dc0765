/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/opc-relations.h"

#include "verify/form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER = 999999 /* of an id */ };

typedef struct Relations {
    MugaiOpc *opc;
    MugaiForm form;
    uint16_t source;                   /* its row, or MUGAI_MODEL_PACKAGE */
    char folder[MUGAI_OPC_NAME];       /* of the source, with its "/" */
    uint16_t leads[MUGAI_MODEL_PARTS]; /* relations to parts of each kind */
} Relations;

static const char head[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">";

static bool
refuse (Relations *r, const char *clause, const char *why)
{
    return mugai_refuse (r->opc->check, clause, r->form.at, why);
}

/* The name of part @number of @row. */
static void
row_name (const MugaiOpc *opc, const MugaiModelPart *row, uint32_t number,
          char name[MUGAI_OPC_NAME])
{
    const char *file = mugai_model_string (row->file), *place = strstr (file, "%d");
    const char *folder = row->absolute ? "" : mugai_model_string (opc->kind->folder);
    int before = place != NULL ? (int)(place - file) : (int)strlen (file);

    snprintf (name, MUGAI_OPC_NAME, "%s%s%.*s", folder, row->absolute ? "" : "/", before, file);
    size_t size = strlen (name);
    if (place != NULL)
        snprintf (name + size, MUGAI_OPC_NAME - size, "%u%s", number, place + 2);
}

static void
picture_name (const MugaiOpc *opc, MugaiOpcPicture picture, uint32_t number,
              char name[MUGAI_OPC_NAME])
{
    snprintf (name, MUGAI_OPC_NAME, "%s/media/image%u.%s", mugai_model_string (opc->kind->folder),
              number, picture == MUGAI_OPC_PNG ? "png" : "jpeg");
}

void
mugai_opc_name (const MugaiOpc *opc, const MugaiOpcPart *part, char name[MUGAI_OPC_NAME])
{
    if (part->picture != MUGAI_OPC_PART)
        picture_name (opc, part->picture, part->number, name);
    else
        row_name (opc, &mugai_model_parts[part->row], part->number, name);
}

/* Room for one more of @size bytes. Returns: @array, maybe moved, or NULL. */
static void *
grown (MugaiCheck *check, void *array, size_t used, size_t size, size_t *io_room)
{
    size_t room = *io_room;

    if (used < room)
        return array;
    room = 2 * room + 16;
    void *moved = reallocarray (array, room, size);
    if (moved == NULL)
        mugai_refuse (check, "L-3", 0, "not enough memory for parts");
    else
        *io_room = room;
    return moved;
}

static bool
add_part (Relations *r, uint16_t row, MugaiOpcPicture picture, uint32_t number)
{
    MugaiOpc *opc = r->opc;

    if (opc->n == MUGAI_OPC_PARTS)
        return refuse (r, "O-2", "too many parts");
    MugaiOpcPart *part = grown (opc->check, opc->part, opc->n, sizeof *part, &opc->room);
    if (part == NULL)
        return false;
    opc->part = part;
    part[opc->n++] = (MugaiOpcPart){ .row = row, .picture = picture, .number = number };
    return true;
}

static bool
add_link (Relations *r, uint32_t number, uint16_t relation, bool implied)
{
    MugaiOpc *opc = r->opc;
    MugaiModelLink *link =
        grown (opc->check, opc->link, opc->n_links, sizeof *link, &opc->link_room);

    if (link == NULL)
        return false;
    opc->link = link;
    link[opc->n_links++] =
        (MugaiModelLink){ .number = number, .relation = relation, .used = implied };
    return true;
}

/* The target as it is written: relative to the folder of the source. */
static bool
is_target (const Relations *r, const char *name, const uint8_t *target, size_t size)
{
    char written[2 * MUGAI_OPC_NAME] = "";
    size_t same = 0, used = 0;

    for (size_t i = 0; r->folder[i] != '\0' && r->folder[i] == name[i]; i++)
        if (name[i] == '/')
            same = i + 1;
    for (const char *up = strchr (r->folder + same, '/'); up != NULL; up = strchr (up + 1, '/')) {
        memcpy (written + used, "../", 3);
        used += 3;
    }
    strcpy (written + used, name + same);
    return strlen (written) == size && memcmp (written, target, size) == 0;
}

/* A picture: one that is known, or the next. *ret: whether @target is one. */
static bool
lead_to_picture (Relations *r, const uint8_t *target, size_t size)
{
    MugaiOpc *opc = r->opc;
    char name[MUGAI_OPC_NAME];
    size_t digits = size, number = 0;

    while (digits > 0 && target[digits - 1] != '.')
        digits--;
    for (size_t scale = 1; digits > 1 && scale < 1000000; scale *= 10, digits--) {
        uint8_t c = target[digits - 2];
        if (c < '0' || c > '9')
            break;
        number += scale * (size_t)(c - '0');
    }
    if (number == 0 || number > opc->n_pictures + 1)
        return refuse (r, "O-3", "name of a picture");
    bool known = number <= opc->n_pictures;
    MugaiOpcPicture picture = known ? opc->picture[number - 1]
                              : size > 4 && memcmp (target + size - 4, ".png", 4) == 0
                                  ? MUGAI_OPC_PNG
                                  : MUGAI_OPC_JPEG;
    picture_name (opc, picture, (uint32_t)number, name);
    if (!is_target (r, name, target, size))
        return refuse (r, "O-3", "name of a picture");
    if (known)
        return true;
    MugaiOpcPicture *list =
        grown (opc->check, opc->picture, opc->n_pictures, sizeof *list, &opc->picture_room);
    if (list == NULL)
        return false;
    opc->picture = list;
    list[opc->n_pictures++] = picture;
    return add_part (r, MUGAI_MODEL_NONE, picture, (uint32_t)number);
}

/* The number that @target has as a part of @row, 0 when it is none. */
static uint32_t
number_in (const Relations *r, const MugaiModelPart *row, uint32_t most, const uint8_t *target,
           size_t size)
{
    char name[MUGAI_OPC_NAME];
    uint32_t number = 0;
    bool numbered = strstr (mugai_model_string (row->file), "%d") != NULL;

    for (size_t i = 0; numbered && i < size; i++) /* the last digits of the last name */
        if (target[i] >= '0' && target[i] <= '9')
            number = (i > 0 && target[i - 1] >= '0' && target[i - 1] <= '9' ? 10 * number : 0) +
                     (uint32_t)(target[i] - '0');
    number = numbered ? number : 1;
    if (number == 0 || number > most)
        return 0;
    row_name (r->opc, row, number, name);
    return is_target (r, name, target, size) ? number : 0;
}

/* A part of @row, which the source may lead to. *ret_known: its name fits. */
static bool
lead_to_row (Relations *r, uint16_t row, const MugaiModelFrom *from, uint32_t id,
             const uint8_t *target, size_t size, bool *ret_fits)
{
    const MugaiModelPart *part = &mugai_model_parts[row];
    uint32_t count = r->opc->count[row];
    uint32_t number = number_in (r, part, count + 1, target, size);

    *ret_fits = number > 0;
    if (number == 0)
        return true;
    if (r->leads[row]++ > 0 && from->most == 1)
        return refuse (r, "O-6", "two relations where one may be");
    if (!add_link (r, id, part->relation, !from->named))
        return false;
    if (number <= count)
        return true;
    r->opc->count[row]++;
    return add_part (r, row, MUGAI_OPC_PART, number);
}

static const MugaiModelFrom *
from_source (const Relations *r, const MugaiModelPart *part)
{
    for (uint16_t i = 0; i < part->n_from; i++)
        if (mugai_model_froms[part->from + i].source == r->source)
            return &mugai_model_froms[part->from + i];
    return NULL;
}

/* Main parts of other kinds of documents have the same relation. */
static bool
is_strange_main (const MugaiOpc *opc, uint16_t row)
{
    for (uint32_t i = 0; i < mugai_model_sizes.kinds; i++)
        if (mugai_model_kinds[i].main == row && row != opc->kind->main)
            return true;
    return false;
}

/* O-3, O-5, O-6 */
static bool
lead (Relations *r, uint32_t id, uint16_t relation, const uint8_t *target, size_t size)
{
    if (relation == mugai_model_sizes.picture)
        return add_link (r, id, relation, false) && lead_to_picture (r, target, size);
    for (uint16_t row = 0; row < mugai_model_sizes.parts; row++) {
        bool fits = false;
        const MugaiModelFrom *from = mugai_model_parts[row].relation == relation
                                         ? from_source (r, &mugai_model_parts[row])
                                         : NULL;
        if (from == NULL || is_strange_main (r->opc, row))
            continue;
        if (!lead_to_row (r, row, from, id, target, size, &fits))
            return false;
        if (fits)
            return true;
    }
    return refuse (r, "O-6", "a relation that the model lacks, or another name of its part");
}

static bool
read_relation (Relations *r, uint32_t *io_id)
{
    const uint8_t *type, *target;
    size_t type_size, target_size;
    uint32_t id;

    if (!mugai_form_literal (&r->form, "<Relationship Id=\"rId") ||
        !mugai_form_number (&r->form, NUMBER, &id) || id <= *io_id ||
        !mugai_form_literal (&r->form, "\" Type=\"") ||
        !mugai_form_value (&r->form, &type, &type_size) ||
        !mugai_form_literal (&r->form, "\" Target=\"") ||
        !mugai_form_value (&r->form, &target, &target_size) ||
        !mugai_form_literal (&r->form, "\"/>"))
        return refuse (r, "O-5", "form of a relation");
    *io_id = id;
    for (uint16_t i = 0; i < mugai_model_sizes.relations; i++) {
        const char *uri = mugai_model_string (mugai_model_relations[i]);
        if (strlen (uri) == type_size && memcmp (uri, type, type_size) == 0)
            return lead (r, id, i, target, target_size);
    }
    return refuse (r, "O-5", "type of a relation");
}

/* O-6: what the source must lead to. */
static bool
check_needed (Relations *r)
{
    for (uint16_t row = 0; row < mugai_model_sizes.parts; row++) {
        const MugaiModelFrom *from = from_source (r, &mugai_model_parts[row]);
        if (from != NULL && from->least > r->leads[row] && !is_strange_main (r->opc, row))
            return refuse (r, "O-6", "a relation is missing");
    }
    return true;
}

bool
mugai_opc_relations (MugaiOpc *opc, size_t source, const uint8_t *d, size_t size)
{
    Relations r = { .opc = opc, .form = { .d = d, .size = size }, .source = MUGAI_MODEL_PACKAGE };
    uint32_t id = 0;

    if (source != MUGAI_OPC_PACKAGE) {
        r.source = opc->part[source].row;
        mugai_opc_name (opc, &opc->part[source], r.folder);
        char *slash = strrchr (r.folder, '/');
        *(slash != NULL ? slash + 1 : r.folder) = '\0';
        opc->part[source].link = (uint32_t)opc->n_links;
    }
    if (size > 0 && !mugai_form_literal (&r.form, head))
        return refuse (&r, "O-5", "form of relations");
    while (size > 0 && !mugai_form_literal (&r.form, "</Relationships>"))
        if (!read_relation (&r, &id))
            return false;
    if (r.form.at != size || (size > 0 && id == 0))
        return refuse (&r, "O-5", "form of relations");
    if (source != MUGAI_OPC_PACKAGE)
        opc->part[source].n_links = (uint32_t)(opc->n_links - opc->part[source].link);
    return check_needed (&r);
}
