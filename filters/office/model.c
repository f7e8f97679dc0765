/* SPDX-License-Identifier: Apache-2.0 */
#include "office/model.h"

#include <string.h>

uint16_t
mugai_office_find_name (uint16_t ns, const char *local)
{
    size_t low = 2, high = mugai_office_names;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const MugaiModelName *name = &mugai_office_name[middle];
        int order = ns != name->ns ? (ns < name->ns ? -1 : 1) : strcmp (local, name->local);
        if (order == 0)
            return (uint16_t)middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return MUGAI_N_UNKNOWN;
}

static uint16_t
find_uri (const MugaiModelUri *list, size_t count, const char *uri)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp (uri, list[middle].uri);
        if (order == 0)
            return list[middle].number;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return MUGAI_MODEL_NONE;
}

uint16_t
mugai_office_find_namespace (const char *uri)
{
    return find_uri (mugai_office_uri, mugai_office_uris, uri);
}

uint16_t
mugai_office_find_relation (const char *uri)
{
    return find_uri (mugai_office_relation_uri, mugai_office_relation_uris, uri);
}

const MugaiModelChild *
mugai_office_find_child (const MugaiModelType *type, uint16_t name)
{
    const MugaiModelChild *list = mugai_office_child + type->child;
    size_t low = 0, high = type->n_children;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list[middle].name == name)
            return &list[middle];
        if (name < list[middle].name)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

uint16_t
mugai_office_find_part (uint16_t source, uint16_t relation, bool *ret_named)
{
    for (uint16_t i = 0; i < mugai_office_parts; i++) {
        const MugaiModelPart *part = &mugai_office_part[i];
        if (part->relation != relation)
            continue;
        for (uint16_t k = 0; k < part->n_sources; k++) {
            const MugaiModelSource *from = &mugai_office_source[part->source + k];
            if (from->source == source) {
                *ret_named = from->named;
                return i;
            }
        }
    }
    return MUGAI_MODEL_NONE;
}
