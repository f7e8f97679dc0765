/* SPDX-License-Identifier: Apache-2.0 */
#include "message/treat-private.h"

#include "message/charset-markup.h"
#include "message/charset.h"
#include "message/flowed.h"
#include "message/gaiji.h"
#include "message/letter.h"
#include "message/yenc.h"

#include <string.h>

static void
note_charset (MugaiTreat *treat, uint32_t index, const MugaiCharsetResult *text, bool cut)
{
    const MugaiWalkPart *part = mugai_walk_part (treat->walk, index);

    if (text->undecodable > 0)
        mugai_walk_finding (treat->walk, index, "charset.undecodable", text->undecodable,
                            text->charset);
    if (text->mislabelled) {
        g_autofree char *evidence = g_strdup_printf ("%s -> %s, %s", text->declared, text->charset,
                                                     mugai_charset_how_name (text->how));
        mugai_walk_finding (treat->walk, index, "charset.declared-wrong", 1, evidence);
    } else if (strcmp (text->declared, "unknown") == 0) {
        mugai_walk_finding (treat->walk, index, "charset.unknown", 1, part->charset);
    }
    if (text->how == MUGAI_CHARSET_BY_SCORE)
        mugai_walk_finding (treat->walk, index, "charset.guessed", 1, text->evidence);
    if (text->cut || cut)
        mugai_walk_finding (treat->walk, index, "limit.text", treat->walk->limits->text, NULL);
}

typedef struct Place {
    MugaiTreat *treat;
    uint32_t index;
} Place;

/* MugaiYencFile: a file that stood in a text. */
static void
take_yenc (void *data, const char *name, GBytes *file)
{
    const Place *place = data;
    MugaiTreat *treat = place->treat;
    const MugaiLimits *limits = treat->walk->limits;
    g_autoptr (MugaiCharsetResult) text =
        mugai_charset_decode ((const uint8_t *)name, strlen (name),
                              mugai_walk_part (treat->walk, place->index)->charset, limits, NULL);
    size_t size;
    const char *bytes = text != NULL ? g_bytes_get_data (text->text, &size) : NULL;
    g_autofree char *safe = bytes != NULL ? g_strndup (bytes, size) : g_strdup ("");

    mugai_walk_finding (treat->walk, place->index, "text.armour", 1, "yEnc");
    const char *code = mugai_treat_add (treat, place->index, safe[0] != '\0' ? safe : "yenc", file);
    if (code != NULL)
        mugai_walk_finding (treat->walk, place->index, code, 1, safe);
}

static bool
param_is (const MugaiWalkPart *part, const char *name, const char *value)
{
    const MugaiMimeParam *param =
        part->mime != NULL ? mugai_mime_value_param (part->mime->type, name) : NULL;

    return param != NULL && g_ascii_strcasecmp (param->value, value) == 0;
}

/* Text of what only stands for text. Returns: (transfer full). */
static GBytes *
render (const MugaiTreat *treat, MugaiRendering rendering, GBytes *fields)
{
    const MugaiSettings *settings = mugai_rules_settings (treat->rules);
    const MugaiLimits *limits = treat->walk->limits;
    size_t size;
    const uint8_t *data = g_bytes_get_data (fields, &size);

    switch (rendering) {
    case MUGAI_RENDERING_STATUS:
        return g_string_free_to_bytes (mugai_letter_status (data, size, settings, limits));
    case MUGAI_RENDERING_HEADER:
        return g_string_free_to_bytes (mugai_letter_fields (data, size, settings, limits));
    case MUGAI_RENDERING_NONE:
        break;
    }
    return g_bytes_ref (fields);
}

/* Characters that a site or a phone's carrier defined. Returns: (transfer full). */
static GBytes *
map_private (MugaiTreat *treat, uint32_t index, const MugaiCharsetResult *decoded)
{
    const MugaiGaiji gaiji = { mugai_rules_settings (treat->rules)->gaiji,
                               mugai_emoji_carrier (treat->item->from),
                               g_ascii_strncasecmp (decoded->charset, "utf", 3) == 0
                                   ? MUGAI_EMOJI_FROM_UNICODE
                                   : MUGAI_EMOJI_FROM_LEGACY };
    size_t mapped, emoji;
    GBytes *text = mugai_gaiji_map (&gaiji, decoded->text, &mapped, &emoji);

    if (mapped > 0)
        mugai_walk_finding (treat->walk, index, "text.gaiji", mapped, NULL);
    if (emoji > 0)
        mugai_walk_finding (treat->walk, index, "text.emoji", emoji, NULL);
    return text;
}

/* The bytes a chain works on: UTF-8 for texts, the content as it is for all else. */
GBytes *
mugai_treat_input (MugaiTreat *treat, uint32_t index)
{
    const MugaiWalkPart *part = mugai_walk_part (treat->walk, index);
    bool text = strcmp (part->type->family, "text") == 0, cut = false;
    g_autoptr (GBytes) raw = mugai_walk_data (
        treat->walk, index, text ? 2 * treat->walk->limits->text + 4096 : UINT64_MAX, &cut);

    if (!text)
        return g_steal_pointer (&raw);
    Place place = { treat, index };
    g_autoptr (GBytes) plain = mugai_yenc_take (raw, take_yenc, &place);
    size_t size;
    const char *data = g_bytes_get_data (plain, &size);
    bool markup = strcmp (part->type->id, "html") == 0 || strcmp (part->type->id, "xml") == 0;
    g_autofree char *inner = markup ? mugai_charset_in_markup (data, size) : NULL;
    const char *label = mugai_charset_of_markup (part->charset, inner);
    g_autoptr (MugaiCharsetResult) decoded =
        mugai_charset_decode ((const uint8_t *)data, size, label, treat->walk->limits, NULL);
    if (decoded == NULL)
        return NULL;
    note_charset (treat, index, decoded, cut);
    g_autoptr (GBytes) own = map_private (treat, index, decoded);
    bool flowed = strcmp (part->type->id, "text") == 0 && param_is (part, "format", "flowed");
    return flowed ? mugai_flowed_join (own, param_is (part, "delsp", "yes"))
                  : render (treat, part->rendering, own);
}
