/* SPDX-License-Identifier: Apache-2.0 */
#include "chain/run.h"

#include <string.h>

mugai_part
mugai_run_part (const MugaiChain *chain, GBytes *bytes, const char *type, const char *path,
                const MugaiPartFacts *facts, const mugai_value *values, size_t n_values)
{
    const MugaiChainHost *host = &chain->host;
    gsize size = 0;
    const uint8_t *data = g_bytes_get_data (bytes, &size);

    return (mugai_part){
        .size_of = sizeof (mugai_part),
        .data = size > 0 ? data : NULL,
        .size = size,
        .type = type,
        .name = facts->name != NULL ? facts->name : "",
        .path = path != NULL ? path : "",
        .language = chain->language == MUGAI_LANGUAGE_JA ? "ja" : "en",
        .values = values,
        .n_values = n_values,
        .output_max = chain->limits->output,
        .expanded_left = host->expanded_left != NULL ? host->expanded_left (host->walk)
                                                     : chain->limits->expanded,
        .depth = facts->depth,
        .depth_max = (uint32_t)MIN (chain->limits->depth, G_MAXUINT32),
    };
}

/* Bytes that what comes back may have. */
static uint64_t
output_max (const MugaiChain *chain, const MugaiFilter *filter)
{
    if (mugai_run_makes_safe (filter))
        return chain->limits->output;
    return chain->host.expanded_left != NULL ? chain->host.expanded_left (chain->host.walk)
                                             : chain->limits->expanded;
}

/* Pages of pixels: they do not count as unpacked, but an encoder maps all of them at once. */
static uint64_t
frames_max (const MugaiLimits *limits)
{
    return MIN (limits->expanded, limits->memory / 4 * 3);
}

static bool
fill_values (MugaiIsolateCall *call, const MugaiStep *step)
{
    if (step == NULL)
        return true;
    if (step->n_values > G_N_ELEMENTS (call->values))
        return false;
    for (size_t i = 0; i < step->n_values; i++) {
        if (g_strlcpy (call->values[i].name, step->values[i].name, sizeof call->values[i].name) >=
                sizeof call->values[i].name ||
            g_strlcpy (call->values[i].value, step->values[i].value,
                       sizeof call->values[i].value) >= sizeof call->values[i].value)
            return false;
    }
    call->n_values = (uint32_t)step->n_values;
    return true;
}

/* At a whole character; a name is only a hint for the filter. */
static void
fill_name (char *ret, size_t room, const char *name)
{
    size_t size = name != NULL ? strnlen (name, room) : 0;

    if (size == room)
        for (size--; size > 0 && ((unsigned char)name[size] & 0xc0) == 0x80;)
            size--;
    memcpy (ret, name != NULL ? name : "", size);
    ret[size] = '\0';
}

/* @step: NULL for inspect. Returns: (transfer full) or NULL when a value is too long. */
MugaiIsolateCall *
mugai_run_call (const MugaiChain *chain, const MugaiFilter *filter, const MugaiStep *step,
                const char *type, const MugaiPartFacts *facts)
{
    g_autofree MugaiIsolateCall *call = g_new0 (MugaiIsolateCall, 1);

    g_strlcpy (call->filter, filter->info.name, sizeof call->filter);
    call->inspect = step == NULL;
    call->language = chain->language;
    call->output_max = output_max (chain, filter);
    call->frames_max = frames_max (chain->limits);
    call->depth = facts->depth;
    call->depth_max = (uint32_t)MIN (chain->limits->depth, G_MAXUINT32);
    g_strlcpy (call->type, type, sizeof call->type);
    fill_name (call->name, sizeof call->name, facts->name);
    return fill_values (call, step) ? g_steal_pointer (&call) : NULL;
}
