/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/value.h"

#include "verify/field.h"
#include "verify/formula.h"
#include "verify/lexical.h"
#include "verify/word-list.h"

#include <string.h>

enum { ATTRIBUTE = 32767 /* bytes of a string without a bound */ };

typedef struct Text {
    const char *at;
    size_t size;
    bool attribute;
    uint64_t where;
} Text;

static bool
is_text (MugaiModelUse *use, const Text *t)
{
    if (mugai_lexical_text (t->at, t->size))
        return true;
    use->clause = "O-14";
    return false;
}

static bool
is_string (MugaiModelUse *use, const MugaiModelForm *f, const Text *t)
{
    uint64_t most = f->high < MUGAI_MODEL_BOUND ? (uint64_t)f->high
                    : t->attribute              ? ATTRIBUTE
                                                : UINT64_MAX;

    return t->size <= most && is_text (use, t);
}

static bool
is_word (const MugaiModelForm *f, const Text *t)
{
    const MugaiModelEnum *e = &mugai_model_enums[f->of];

    return mugai_word_in (mugai_model_words + e->word, e->count, t->at, t->size);
}

static bool
is_relation (MugaiModelUse *use, const MugaiModelForm *f, const Text *t)
{
    int64_t number;
    size_t low = 0, high = use->n_links;

    use->clause = "O-15";
    if (t->size < 4 || memcmp (t->at, "rId", 3) != 0 ||
        !mugai_lexical_int (t->at + 3, t->size - 3, 1, UINT32_MAX, &number))
        return false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (use->link[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == use->n_links || use->link[low].number != number || use->link[low].relation != f->of)
        return false;
    return use->link[low].used = true;
}

/* HEAD number TAIL. Returns: the number, 0 when @t is no such name. */
static uint32_t
numbered (const Text *t, const char *head, const char *tail)
{
    int64_t number;
    size_t before = strlen (head), behind = strlen (tail);

    if (t->size <= before + behind || memcmp (t->at, head, before) != 0 ||
        memcmp (t->at + t->size - behind, tail, behind) != 0 ||
        !mugai_lexical_int (t->at + before, t->size - before - behind, 1, UINT32_MAX, &number))
        return 0;
    return (uint32_t)number;
}

/* O-33: one that there is, and the next or one named before. */
static bool
name_next (uint32_t number, uint32_t count, uint32_t *io_named)
{
    if (number == 0 || number > count || number > *io_named + 1)
        return false;
    if (number > *io_named)
        *io_named = number;
    return true;
}

static bool
is_picture (MugaiModelUse *use, const Text *t)
{
    MugaiModelMedia *media = use->media;
    uint32_t png = numbered (t, "Pictures/image", ".png");
    uint32_t number = png > 0 ? png : numbered (t, "Pictures/image", ".jpeg");

    use->clause = "O-33";
    return media != NULL && number > 0 && number <= media->pictures &&
           media->png[number - 1] == (png > 0) &&
           name_next (number, media->pictures, &media->named_pictures);
}

static bool
is_object (MugaiModelUse *use, const Text *t)
{
    use->clause = "O-33";
    return use->media != NULL && name_next (numbered (t, "./Object", ""), use->media->objects,
                                            &use->media->named_objects);
}

/* id:SPACE, ref:SPACE */
static bool
is_name (MugaiModelUse *use, const MugaiModelForm *f, const Text *t)
{
    MugaiRefer name = { .size = (uint32_t)t->size,
                        .part = use->part,
                        .at = t->where,
                        .space = f->of,
                        .defines = f->kind == MUGAI_VALUE_ID };

    return t->size <= ATTRIBUTE &&
           mugai_value_fits (use, f->inner, t->at, t->size, t->attribute, t->where) &&
           mugai_refers_name (use->refers, &name, t->at);
}

static bool
is_index (MugaiModelUse *use, const MugaiModelForm *f, const Text *t)
{
    int64_t index;

    if (!mugai_lexical_int (t->at, t->size, 0, INT32_MAX, &index))
        return false;
    mugai_refers_index (use->refers, f->of, (uint32_t)index, use->part, t->where);
    return true;
}

/* Each word, parted by one space. */
static bool
is_list (MugaiModelUse *use, const MugaiModelForm *f, const Text *t)
{
    const char *at = t->at, *end = t->at + t->size;

    if (t->size == 0)
        return true;
    for (;;) {
        const char *blank = memchr (at, ' ', (size_t)(end - at));
        size_t size = (size_t)((blank != NULL ? blank : end) - at);
        if (!mugai_value_fits (use, f->of, at, size, t->attribute, t->where))
            return false;
        if (blank == NULL)
            return true;
        at = blank + 1;
    }
}

/* Values that need nothing but their own text. */
static bool
is_plain (const MugaiModelForm *f, const Text *t)
{
    int64_t value;

    switch (f->kind) {
    case MUGAI_VALUE_TOKEN:
        return mugai_lexical_token (t->at, t->size, (size_t)f->high);
    case MUGAI_VALUE_BOOL:
        return t->size == 1 && (t->at[0] == '0' || t->at[0] == '1');
    case MUGAI_VALUE_INT:
        return mugai_lexical_int (t->at, t->size, f->low, f->high, &value);
    case MUGAI_VALUE_HEX:
        return mugai_lexical_hex (t->at, t->size, (size_t)f->high);
    case MUGAI_VALUE_DECIMAL:
        return mugai_lexical_decimal (t->at, t->size);
    case MUGAI_VALUE_DOUBLE:
        return mugai_lexical_double (t->at, t->size);
    case MUGAI_VALUE_PERCENT:
        return mugai_lexical_percent (t->at, t->size);
    case MUGAI_VALUE_MEASURE:
        return mugai_lexical_measure (t->at, t->size);
    case MUGAI_VALUE_GUID:
        return mugai_lexical_guid (t->at, t->size);
    case MUGAI_VALUE_DATETIME:
        return mugai_lexical_datetime (t->at, t->size);
    case MUGAI_VALUE_LENGTH:
        return mugai_lexical_length (t->at, t->size);
    case MUGAI_VALUE_COLOUR:
        return mugai_lexical_colour (t->at, t->size);
    case MUGAI_VALUE_DURATION:
        return mugai_lexical_duration (t->at, t->size);
    case MUGAI_VALUE_LANG:
        return mugai_lexical_lang (t->at, t->size);
    case MUGAI_VALUE_ENUM:
        return is_word (f, t);
    case MUGAI_VALUE_CELL:
        return mugai_lexical_cell (t->at, t->size);
    case MUGAI_VALUE_RANGE:
        return mugai_lexical_range (t->at, t->size);
    case MUGAI_VALUE_RANGES:
        return mugai_lexical_ranges (t->at, t->size);
    default:
        return false;
    }
}

static bool
fits (MugaiModelUse *use, const MugaiModelForm *f, const Text *t)
{
    switch (f->kind) {
    case MUGAI_VALUE_STRING:
        return is_string (use, f, t);
    case MUGAI_VALUE_REL:
        return is_relation (use, f, t);
    case MUGAI_VALUE_ID:
    case MUGAI_VALUE_REF:
        return is_name (use, f, t);
    case MUGAI_VALUE_INDEX:
        return is_index (use, f, t);
    case MUGAI_VALUE_LIST:
        return is_list (use, f, t);
    case MUGAI_VALUE_NAMED:
        return mugai_value_fits (use, f->of, t->at, t->size, t->attribute, t->where);
    case MUGAI_VALUE_FORMULA:
        use->clause = "O-17";
        return is_text (use, t) && mugai_formula_fits (use, t->at, t->size, t->where);
    case MUGAI_VALUE_FIELD:
        use->clause = "O-18";
        return is_text (use, t) && mugai_field_fits (t->at, t->size);
    case MUGAI_VALUE_PICTURE:
        return is_picture (use, t);
    case MUGAI_VALUE_OBJECT:
        return is_object (use, t);
    case MUGAI_VALUE_EMPTY:
        return t->size == 0;
    default:
        return is_plain (f, t);
    }
}

bool
mugai_value_fits (MugaiModelUse *use, uint16_t form, const char *text, size_t size, bool attribute,
                  uint64_t at)
{
    const Text t = { text, size, attribute, at };

    for (const MugaiModelForm *f = &mugai_model_forms[form];; f++) {
        if (fits (use, f, &t))
            return true;
        if (f->last)
            return false;
    }
}
