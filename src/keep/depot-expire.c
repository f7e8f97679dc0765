/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: first the log says that somebody is about to remove originals received before T;
 * then bounded steps erase records and log each item; in the end packs that nobody refers to are
 * removed. A crash in between leaves items whose record is zero already and which the next run
 * removes again.
 */
#include "core/error.h"
#include "keep/depot-private.h"

#include <string.h>

enum { STEP = 100 /* items in one step: some ms in which no put is served */ };

static bool
collect (MugaiIndexItem *item, void *data)
{
    MugaiIndexItem *copy = g_memdup2 (item, sizeof *item);

    g_ptr_array_add (data, copy);
    item->entry = (MugaiKeepEntry){ 0 };
    return true;
}

static void
free_item (void *item)
{
    mugai_index_item_clear (item);
    g_free (item);
}

static bool
announce (MugaiDepot *depot, const MugaiDepotWho *who, MugaiDepotExpiry *expiry,
          MugaiKeepCode *ret_code, GError **error)
{
    g_autoptr (GDateTime) before =
        g_date_time_new_from_unix_utc (expiry->before_us / G_USEC_PER_SEC);
    g_autofree char *iso = before != NULL ? g_date_time_format_iso8601 (before) : g_strdup ("?");
    g_autofree char *text = g_strdup_printf ("remove originals received before %s", iso);

    mugai_depot_say (depot, who, MUGAI_EVENT_EXPIRY, NULL, text);
    expiry->begun = true;
    return mugai_depot_commit (depot, ret_code, error);
}

static bool
expire_one (MugaiDepot *depot, const MugaiDepotWho *who, const MugaiIndexItem *item,
            MugaiDepotExpiry *expiry, GError **error)
{
    const MugaiVaultPlace *const places[] = { &item->original, &item->report };
    MugaiEvent event = { .kind = MUGAI_EVENT_EXPIRED };

    for (size_t i = 0; i < G_N_ELEMENTS (places); i++) {
        if (places[i]->length == 0)
            continue;
        if (!mugai_vault_erase (depot->vault, places[i], error))
            return false;
        depot->bytes -= MIN (depot->bytes, places[i]->length);
        expiry->bytes += places[i]->length;
    }
    expiry->items++;
    event.bytes = item->original.length + item->report.length;
    g_strlcpy (event.id, item->entry.id, sizeof event.id);
    return mugai_depot_add (depot, who, &event, error);
}

static bool
remove_packs (MugaiDepot *depot, GError **error)
{
    g_autoptr (GPtrArray) packs = mugai_vault_packs (depot->vault);

    for (guint i = 0; i < packs->len; i++) {
        const char *pack = g_ptr_array_index (packs, i);
        bool used = true;
        if (!mugai_index_pack_used (depot->index, pack, &used, error))
            return false;
        if (!used && !mugai_vault_remove_pack (depot->vault, pack, error))
            return false;
    }
    return true;
}

static bool
add_up (MugaiIndexItem *item, void *data)
{
    MugaiDepotExpiry *expiry = data;

    expiry->items++;
    expiry->bytes += item->original.length + item->report.length;
    return true;
}

bool
mugai_depot_expire_step (MugaiDepot *depot, const MugaiDepotWho *who, MugaiDepotExpiry *expiry,
                         bool *ret_done, MugaiKeepCode *ret_code, GError **error)
{
    g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (free_item);
    bool ok = true;

    if (expiry->dry_run) {
        *ret_done = true;
        ok = mugai_index_old (depot->index, expiry->before_us, 0, add_up, expiry, error);
    } else {
        ok = mugai_index_old (depot->index, expiry->before_us, STEP, collect, items, error) &&
             (items->len == 0 || expiry->begun || announce (depot, who, expiry, ret_code, error));
        for (guint i = 0; ok && i < items->len; i++)
            ok = expire_one (depot, who, g_ptr_array_index (items, i), expiry, error);
        depot->batch_durable = true;
        ok = ok && mugai_depot_commit (depot, ret_code, error);
        *ret_done = items->len < STEP;
        ok = ok && (!*ret_done || remove_packs (depot, error));
    }
    if (!ok)
        *ret_code = mugai_depot_code (*error);
    return ok;
}

bool
mugai_depot_expiry_due (MugaiDepot *depot, MugaiDepotExpiry *ret)
{
    int64_t now_us = g_get_real_time(), today = now_us / G_TIME_SPAN_DAY;

    if (depot->expired_day == today)
        return false;
    depot->expired_day = today;
    *ret = (MugaiDepotExpiry){ .before_us = now_us - depot->options.retention_us };
    return true;
}
