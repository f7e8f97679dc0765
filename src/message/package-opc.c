/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: parts come in the order in which relations lead to them, the package's first
 * (PROFILE.md, O-2). What no relation leads to would not be written, so a plan with such a part is
 * refused; a picture that nothing uses is left out.
 */
#include "message/package.h"

#include <string.h>

typedef struct Opc {
    const MugaiPlan *plan;
    MugaiPackagePicture *pictures;
    MugaiZip *zip;
    GArray *order;     /* of uint32_t: index of a part, or n_parts + index of a child */
    bool *met;         /* parts */
    uint32_t *first;   /* of the relations of source i; n_parts + 2 entries */
    GHashTable *names; /* folded */
    unsigned n_pictures;
} Opc;

static const char head[] = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

static bool
is_part (const Opc *opc, uint32_t item)
{
    return item < opc->plan->n_parts;
}

static char *
text_of (const MugaiPlanText *text)
{
    return g_strndup (text->at, text->size);
}

/* (transfer full) */
static char *
name_of (const Opc *opc, uint32_t item)
{
    if (is_part (opc, item))
        return text_of (&opc->plan->parts[item].name);
    const MugaiPackagePicture *picture = &opc->pictures[item - opc->plan->n_parts];
    return g_strdup_printf ("%.*s%u.%s", (int)opc->plan->stem.size, opc->plan->stem.at,
                            picture->number, picture->jpeg ? "jpeg" : "png");
}

/* The relations of one source: what they lead to joins the order. */
static void
meet_targets (Opc *opc, uint32_t source)
{
    const MugaiPlan *plan = opc->plan;

    for (uint32_t i = opc->first[source]; i < opc->first[source + 1]; i++) {
        const MugaiPlanRelation *r = &plan->relations[i];
        uint32_t item = r->child ? plan->n_parts + r->target : r->target;
        if (r->child && opc->pictures[r->target].number == 0)
            opc->pictures[r->target].number = ++opc->n_pictures;
        else if (!r->child && !opc->met[r->target])
            opc->met[r->target] = true;
        else
            continue;
        g_array_append_val (opc->order, item);
    }
}

static bool
find_order (Opc *opc)
{
    const MugaiPlan *plan = opc->plan;
    uint32_t at = 0, parts = 0;

    for (uint32_t source = 0; source <= plan->n_parts + 1; source++) {
        while (at < plan->n_relations && plan->relations[at].source < source)
            at++;
        opc->first[source] = at;
    }
    meet_targets (opc, 0);
    for (guint i = 0; i < opc->order->len; i++) {
        uint32_t item = g_array_index (opc->order, uint32_t, i);
        parts += is_part (opc, item);
        if (is_part (opc, item))
            meet_targets (opc, item + 1);
    }
    return parts == plan->n_parts;
}

/* From the folder of @source to @target: as few `../` as there must be. */
static void
add_relative (GString *out, const char *source, const char *target)
{
    size_t same = 0;

    for (size_t i = 0; source[i] != '\0' && source[i] == target[i]; i++)
        if (source[i] == '/')
            same = i + 1;
    for (const char *at = source + same; (at = strchr (at, '/')) != NULL; at++)
        g_string_append (out, "../");
    g_string_append (out, target + same);
}

static bool
add_member (Opc *opc, const char *name, const void *data, size_t size, bool deflate)
{
    if (!g_hash_table_add (opc->names, g_ascii_strdown (name, -1)))
        return false;
    return mugai_zip_add (opc->zip, name, data, size, deflate);
}

static bool
add_relations (Opc *opc, uint32_t source)
{
    g_autofree char *from = source > 0 ? name_of (opc, source - 1) : g_strdup ("");
    const char *slash = strrchr (from, '/'), *file = slash != NULL ? slash + 1 : from;
    g_autofree char *name = g_strdup_printf ("%.*s_rels/%s.rels", (int)(file - from), from, file);
    g_autoptr (GString) xml = g_string_new (head);

    if (opc->first[source] == opc->first[source + 1])
        return true;
    g_string_append (xml, "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/"
                          "relationships\">");
    for (uint32_t i = opc->first[source]; i < opc->first[source + 1]; i++) {
        const MugaiPlanRelation *r = &opc->plan->relations[i];
        g_autofree char *target =
            name_of (opc, r->child ? opc->plan->n_parts + r->target : r->target);
        g_string_append_printf (xml, "<Relationship Id=\"%.*s\" Type=\"%.*s\" Target=\"",
                                (int)r->id.size, r->id.at, (int)r->type.size, r->type.at);
        add_relative (xml, from, target);
        g_string_append (xml, "\"/>");
    }
    g_string_append (xml, "</Relationships>");
    return add_member (opc, name, xml->str, xml->len, true);
}

static bool
add_types (Opc *opc)
{
    g_autoptr (GString) xml = g_string_new (head);

    g_string_append (
        xml, "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
             "<Default Extension=\"jpeg\" ContentType=\"image/jpeg\"/>"
             "<Default Extension=\"png\" ContentType=\"image/png\"/>"
             "<Default Extension=\"rels\" "
             "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
             "<Default Extension=\"xml\" ContentType=\"application/xml\"/>");
    for (guint i = 0; i < opc->order->len; i++) {
        uint32_t item = g_array_index (opc->order, uint32_t, i);
        if (!is_part (opc, item))
            continue;
        const MugaiPlanPart *part = &opc->plan->parts[item];
        g_string_append_printf (xml, "<Override PartName=\"/%.*s\" ContentType=\"%.*s\"/>",
                                (int)part->name.size, part->name.at, (int)part->media.size,
                                part->media.at);
    }
    g_string_append (xml, "</Types>");
    return add_member (opc, "[Content_Types].xml", xml->str, xml->len, true);
}

static bool
add_part (Opc *opc, uint32_t index)
{
    const MugaiPlan *plan = opc->plan;
    const MugaiPlanPart *part = &plan->parts[index];
    const MugaiPlanPiece *piece = &plan->pieces[part->first];
    g_autofree char *name = text_of (&part->name);

    if (part->n_pieces != 1 || piece->data == NULL) /* names of pictures stand in relations */
        return false;
    return add_member (opc, name, piece->data, (size_t)piece->size, true) &&
           add_relations (opc, index + 1);
}

static bool
write_all (Opc *opc)
{
    if (!find_order (opc) || !add_types (opc) || !add_relations (opc, 0))
        return false;
    for (guint i = 0; i < opc->order->len; i++) {
        uint32_t item = g_array_index (opc->order, uint32_t, i);
        if (is_part (opc, item)) {
            if (!add_part (opc, item))
                return false;
            continue;
        }
        const MugaiPackagePicture *picture = &opc->pictures[item - opc->plan->n_parts];
        g_autofree char *name = name_of (opc, item);
        if (!add_member (opc, name, picture->data, picture->size, false))
            return false;
    }
    return true;
}

bool
mugai_package_write_opc (const MugaiPlan *plan, MugaiPackagePicture *pictures, MugaiZip *zip)
{
    Opc opc = { .plan = plan,
                .pictures = pictures,
                .zip = zip,
                .order = g_array_new (FALSE, FALSE, sizeof (uint32_t)),
                .met = g_new0 (bool, plan->n_parts + 1),
                .first = g_new0 (uint32_t, plan->n_parts + 2),
                .names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) };
    bool ok = write_all (&opc);

    g_array_unref (opc.order);
    g_free (opc.met);
    g_free (opc.first);
    g_hash_table_unref (opc.names);
    return ok;
}
