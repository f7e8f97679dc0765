/* SPDX-License-Identifier: Apache-2.0 */
#include "core/catalogue.h"

#include "core/error.h"
#include "core/store.h"

#include <string.h>

enum {
    MAGIC = 0x3243474d, /* "MGC2" */
    TEXT = 8192,        /* bytes of one string */
    FILTERS = 1000,
    PARAMS = 64,          /* of one filter, and codes */
    FILTER_LEAST = 7 * 4, /* fewest bytes of one */
    CODE_LEAST = 4 + 4 + 4,
    PARAM_LEAST = 4 + 1 + 1 + 8 + 8,
};

static void
param_free (void *data)
{
    mugai_param *param = data;

    g_free ((char *)param->name);
    g_free ((char *)param->unit);
    g_free ((char *)param->value);
    g_free ((char *)param->words);
    g_free ((char *)param->help);
    g_free ((char *)param->help_ja);
    g_free (param);
}

static void
code_free (void *data)
{
    mugai_code *code = data;

    g_free ((char *)code->code);
    g_free ((char *)code->en);
    g_free ((char *)code->ja);
    g_free (code);
}

static void
filter_free (void *data)
{
    MugaiCatalogueFilter *filter = data;

    g_free (filter->name);
    g_free (filter->summary);
    g_free (filter->summary_ja);
    g_free (filter->takes);
    g_free (filter->gives);
    g_free (filter->file);
    g_free (filter->socket_param);
    g_free (filter->command_param);
    g_free (filter->lacks);
    g_free (filter->lacks_ja);
    g_ptr_array_unref (filter->params);
    g_ptr_array_unref (filter->codes);
    g_free (filter);
}

MugaiCatalogue *
mugai_catalogue_new (void)
{
    MugaiCatalogue *catalogue = g_new0 (MugaiCatalogue, 1);

    catalogue->filters = g_ptr_array_new_with_free_func (filter_free);
    return catalogue;
}

void
mugai_catalogue_free (MugaiCatalogue *catalogue)
{
    if (catalogue == NULL)
        return;
    g_ptr_array_unref (catalogue->filters);
    g_free (catalogue);
}

static MugaiCatalogueFilter *
filter_new (void)
{
    MugaiCatalogueFilter *filter = g_new0 (MugaiCatalogueFilter, 1);

    filter->params = g_ptr_array_new_with_free_func (param_free);
    filter->codes = g_ptr_array_new_with_free_func (code_free);
    return filter;
}

static char *
text (const char *value)
{
    return g_strdup (value != NULL ? value : "");
}

static void
add_param (MugaiCatalogueFilter *filter, const mugai_param *from)
{
    mugai_param *param = g_new0 (mugai_param, 1);

    param->name = text (from->name);
    param->kind = from->kind;
    param->unit = g_strdup (from->unit);
    param->value = g_strdup (from->value);
    param->min = from->min;
    param->max = from->max;
    param->words = g_strdup (from->words);
    param->help = text (from->help);
    param->help_ja = text (from->help_ja);
    g_ptr_array_add (filter->params, param);
}

static void
add_code (MugaiCatalogueFilter *filter, const mugai_code *from)
{
    mugai_code *code = g_new0 (mugai_code, 1);

    *code = *from;
    code->code = text (from->code);
    code->en = text (from->en);
    code->ja = text (from->ja);
    g_ptr_array_add (filter->codes, code);
}

/* Entry @index of a module's table, whose entries may be shorter or longer than ours. */
static void
entry (void *ret, size_t size, const void *table, size_t step, size_t index)
{
    size_t known = step == 0 || step > size ? size : step;

    memset (ret, 0, size);
    memcpy (ret, (const char *)table + index * (step == 0 ? size : step), known);
}

/* Keeps the list sorted; a later filter of the same name takes the place of the earlier one. */
static void
insert (MugaiCatalogue *catalogue, MugaiCatalogueFilter *filter)
{
    for (guint i = 0; i < catalogue->filters->len; i++) {
        const MugaiCatalogueFilter *at = g_ptr_array_index (catalogue->filters, i);
        int order = strcmp (at->name, filter->name);
        if (order == 0)
            g_ptr_array_remove_index (catalogue->filters, i);
        if (order >= 0) {
            g_ptr_array_insert (catalogue->filters, (gint)i, filter);
            return;
        }
    }
    g_ptr_array_add (catalogue->filters, filter);
}

void
mugai_catalogue_add (MugaiCatalogue *catalogue, const mugai_filter_info *info, const char *file)
{
    MugaiCatalogueFilter *filter = filter_new();

    filter->name = text (info->name);
    filter->summary = text (info->summary);
    filter->summary_ja = text (info->summary_ja);
    filter->takes = text (info->takes);
    filter->gives = text (info->gives);
    filter->file = text (file);
    filter->runs = info->runs;
    filter->container = info->container != 0;
    filter->deterministic = info->deterministic != 0;
    filter->inspects = info->inspect != NULL;
    filter->room = info->room != NULL;
    filter->socket_param = g_strdup (info->socket_param);
    filter->command_param = g_strdup (info->command_param);
    filter->lacks = g_strdup (info->lacks != NULL ? info->lacks (0) : NULL);
    filter->lacks_ja = g_strdup (info->lacks != NULL ? info->lacks (1) : NULL);
    for (size_t i = 0; i < info->n_params; i++) {
        mugai_param param;
        entry (&param, sizeof param, info->params, info->param_size, i);
        add_param (filter, &param);
    }
    for (size_t i = 0; i < info->n_codes; i++) {
        mugai_code code;
        entry (&code, sizeof code, info->codes, info->code_size, i);
        add_code (filter, &code);
    }
    insert (catalogue, filter);
}

const MugaiCatalogueFilter *
mugai_catalogue_find (const MugaiCatalogue *catalogue, const char *name)
{
    for (guint i = 0; i < catalogue->filters->len; i++) {
        const MugaiCatalogueFilter *filter = g_ptr_array_index (catalogue->filters, i);
        if (g_str_equal (filter->name, name))
            return filter;
    }
    return NULL;
}

bool
mugai_catalogue_can_run (const MugaiCatalogue *catalogue, const char *name)
{
    const MugaiCatalogueFilter *filter = mugai_catalogue_find (catalogue, name);

    return filter != NULL && filter->lacks == NULL;
}

static void
write_param (GByteArray *out, const mugai_param *param)
{
    mugai_store_text (out, param->name, TEXT);
    mugai_store_u8 (out, (uint8_t)param->kind);
    mugai_store_maybe (out, param->unit, TEXT);
    mugai_store_maybe (out, param->value, TEXT);
    mugai_store_u64 (out, (uint64_t)param->min);
    mugai_store_u64 (out, (uint64_t)param->max);
    mugai_store_maybe (out, param->words, TEXT);
    mugai_store_text (out, param->help, TEXT);
    mugai_store_text (out, param->help_ja, TEXT);
}

static void
read_param (MugaiCursor *c, MugaiCatalogueFilter *filter)
{
    mugai_param *param = g_new0 (mugai_param, 1);

    g_ptr_array_add (filter->params, param);
    param->name = mugai_store_read_text (c, TEXT);
    param->kind = (mugai_param_kind)mugai_cursor_u8 (c);
    param->unit = mugai_store_read_maybe (c, TEXT);
    param->value = mugai_store_read_maybe (c, TEXT);
    param->min = (int64_t)mugai_cursor_u64 (c);
    param->max = (int64_t)mugai_cursor_u64 (c);
    param->words = mugai_store_read_maybe (c, TEXT);
    param->help = mugai_store_read_text (c, TEXT);
    param->help_ja = mugai_store_read_text (c, TEXT);
    if (param->kind < MUGAI_PARAM_INTEGER || param->kind > MUGAI_PARAM_TIME)
        c->failed = true;
}

static void
write_code (GByteArray *out, const mugai_code *code)
{
    mugai_store_text (out, code->code, TEXT);
    mugai_store_text (out, code->en, TEXT);
    mugai_store_text (out, code->ja, TEXT);
}

static void
read_code (MugaiCursor *c, MugaiCatalogueFilter *filter)
{
    mugai_code *code = g_new0 (mugai_code, 1);

    g_ptr_array_add (filter->codes, code);
    code->code = mugai_store_read_text (c, TEXT);
    code->en = mugai_store_read_text (c, TEXT);
    code->ja = mugai_store_read_text (c, TEXT);
}

static void
write_filter (GByteArray *out, const MugaiCatalogueFilter *filter)
{
    mugai_store_text (out, filter->name, TEXT);
    mugai_store_text (out, filter->summary, TEXT);
    mugai_store_text (out, filter->summary_ja, TEXT);
    mugai_store_text (out, filter->takes, TEXT);
    mugai_store_text (out, filter->gives, TEXT);
    mugai_store_text (out, filter->file, TEXT);
    mugai_store_u8 (out, (uint8_t)filter->runs);
    mugai_store_u8 (out, filter->container);
    mugai_store_u8 (out, filter->deterministic);
    mugai_store_u8 (out, filter->inspects);
    mugai_store_u8 (out, filter->room);
    mugai_store_maybe (out, filter->socket_param, TEXT);
    mugai_store_maybe (out, filter->command_param, TEXT);
    mugai_store_maybe (out, filter->lacks, TEXT);
    mugai_store_maybe (out, filter->lacks_ja, TEXT);
    mugai_store_u32 (out, filter->params->len);
    for (guint i = 0; i < filter->params->len; i++)
        write_param (out, g_ptr_array_index (filter->params, i));
    mugai_store_u32 (out, filter->codes->len);
    for (guint i = 0; i < filter->codes->len; i++)
        write_code (out, g_ptr_array_index (filter->codes, i));
}

static void
read_filter (MugaiCursor *c, MugaiCatalogueFilter *filter)
{
    filter->name = mugai_store_read_text (c, TEXT);
    filter->summary = mugai_store_read_text (c, TEXT);
    filter->summary_ja = mugai_store_read_text (c, TEXT);
    filter->takes = mugai_store_read_text (c, TEXT);
    filter->gives = mugai_store_read_text (c, TEXT);
    filter->file = mugai_store_read_text (c, TEXT);
    filter->runs = (mugai_runs)mugai_cursor_u8 (c);
    filter->container = mugai_store_read_bool (c);
    filter->deterministic = mugai_store_read_bool (c);
    filter->inspects = mugai_store_read_bool (c);
    filter->room = mugai_store_read_bool (c);
    filter->socket_param = mugai_store_read_maybe (c, TEXT);
    filter->command_param = mugai_store_read_maybe (c, TEXT);
    filter->lacks = mugai_store_read_maybe (c, TEXT);
    filter->lacks_ja = mugai_store_read_maybe (c, TEXT);
    uint32_t count = mugai_store_read_count (c, PARAM_LEAST);
    if (count > PARAMS || filter->runs < MUGAI_RUNS_WALK || filter->runs > MUGAI_RUNS_SUPERVISED)
        c->failed = true;
    for (uint32_t i = 0; i < count && !c->failed; i++)
        read_param (c, filter);
    count = mugai_store_read_count (c, CODE_LEAST);
    if (count > PARAMS)
        c->failed = true;
    for (uint32_t i = 0; i < count && !c->failed; i++)
        read_code (c, filter);
}

GBytes *
mugai_catalogue_write (const MugaiCatalogue *catalogue)
{
    GByteArray *out = g_byte_array_new();

    mugai_store_u32 (out, MAGIC);
    mugai_store_u32 (out, catalogue->filters->len);
    for (guint i = 0; i < catalogue->filters->len; i++)
        write_filter (out, g_ptr_array_index (catalogue->filters, i));
    return g_byte_array_free_to_bytes (out);
}

MugaiCatalogue *
mugai_catalogue_read (const void *data, size_t size, GError **error)
{
    g_autoptr (MugaiCatalogue) catalogue = mugai_catalogue_new();
    MugaiCursor c = mugai_cursor (data, size);

    if (mugai_cursor_u32 (&c) != MAGIC)
        c.failed = true;
    uint32_t count = mugai_store_read_count (&c, FILTER_LEAST);
    if (count > FILTERS)
        c.failed = true;
    for (uint32_t i = 0; i < count && !c.failed; i++) {
        MugaiCatalogueFilter *filter = filter_new();
        read_filter (&c, filter);
        if (c.failed)
            filter_free (filter);
        else
            insert (catalogue, filter);
    }
    if (!mugai_cursor_done (&c)) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_INTERNAL,
                     "malformed filter catalogue of %zu bytes", size);
        return NULL;
    }
    return g_steal_pointer (&catalogue);
}
