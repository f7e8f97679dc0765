/* SPDX-License-Identifier: Apache-2.0 */
#include "html-text/tags.h"

#include <string.h>

typedef struct Row {
    const char *name;
    unsigned flags;
} Row;

static const Row tags[HTML_TAG_COUNT] = {
    [HTML_TAG_NONE] = { "", 0 },
#define TAG(id, name, flags) [HTML_TAG_##id] = { name, flags },
#include "html-text/tags.inc"
#undef TAG
};

static const char *const attributes[HTML_ATTR_COUNT] = {
    "alt",    "background", "bgcolor", "border",     "class", "color",   "colspan",
    "height", "hidden",     "href",    "http-equiv", "id",    "label",   "link",
    "media",  "open",       "rel",     "reversed",   "role",  "rowspan", "src",
    "start",  "style",      "summary", "text",       "type",  "value",   "width",
};

/* Order of a name that is not NUL-terminated against one that is. */
static int
compare (const uint8_t *name, size_t size, const char *other)
{
    for (size_t i = 0; i < size; i++) { /* names are short: faster than a call */
        int order = name[i] - (uint8_t)other[i];
        if (order != 0)
            return order;
    }
    return other[size] == '\0' ? 0 : -1;
}

HtmlTag
html_tag (const uint8_t *name, size_t size)
{
    size_t low = 1, high = HTML_TAG_COUNT;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = compare (name, size, tags[middle].name);
        if (order == 0)
            return (HtmlTag)middle;
        if (order > 0)
            low = middle + 1;
        else
            high = middle;
    }
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ name[i]) * 16777619u;
    return hash | 0x80000000u;
}

const char *
html_tag_name (HtmlTag tag)
{
    return tag < HTML_TAG_COUNT ? tags[tag].name : "";
}

unsigned
html_tag_flags (HtmlTag tag)
{
    return tag < HTML_TAG_COUNT ? tags[tag].flags : 0;
}

HtmlAttribute
html_attribute (const uint8_t *name, size_t size)
{
    size_t low = 0, high = HTML_ATTR_COUNT;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = compare (name, size, attributes[middle]);
        if (order == 0)
            return (HtmlAttribute)middle;
        if (order > 0)
            low = middle + 1;
        else
            high = middle;
    }
    return HTML_ATTR_COUNT;
}
