/* SPDX-License-Identifier: Apache-2.0 */
#include "chain/run.h"

/* Send, and take what comes for it; answers to other calls stay in the flight. */
static GBytes *
ask (MugaiFlight *flight, const char *filter, const char *type, GBytes *part, uint64_t output_max,
     GError **error)
{
    g_autofree MugaiIsolateCall *call = g_new0 (MugaiIsolateCall, 1);
    g_autoptr (MugaiAnswer) answer = NULL;

    call->output_max = output_max;
    call->language = MUGAI_LANGUAGE_EN; /* nobody reads it */
    g_strlcpy (call->filter, filter, sizeof call->filter);
    g_strlcpy (call->type, type, sizeof call->type);
    uint32_t handle = mugai_flight_send (flight, call, part, error);
    if (handle == 0)
        return NULL;
    while ((answer = mugai_flight_take (flight, handle)) == NULL)
        if (!mugai_flight_wait (flight, error))
            return NULL;
    return answer->verdict == MUGAI_REPLACE ? g_steal_pointer (&answer->data) : NULL;
}

GBytes *
mugai_chain_ask (int channel, uint64_t job, const char *filter, const char *type, GBytes *part,
                 uint64_t output_max, GError **error)
{
    g_autoptr (MugaiFlight) flight = mugai_flight_new (channel, job);

    return ask (flight, filter, type, part, output_max, error);
}

GBytes *
mugai_chain_ask_among (MugaiChain *chain, const char *filter, const char *type, GBytes *part,
                       uint64_t output_max, GError **error)
{
    return chain->flight != NULL ? ask (chain->flight, filter, type, part, output_max, error)
                                 : NULL;
}
