/* SPDX-License-Identifier: Apache-2.0 */
#include "chain/chain.h"

#include "chain/flight.h"

GBytes *
mugai_chain_ask (int channel, uint64_t job, const char *filter, const char *type, GBytes *part,
                 uint64_t output_max, GError **error)
{
    g_autoptr (MugaiFlight) flight = mugai_flight_new (channel, job);
    g_autofree MugaiIsolateCall *call = g_new0 (MugaiIsolateCall, 1);

    call->output_max = output_max;
    call->language = MUGAI_LANGUAGE_EN; /* nobody reads it */
    g_strlcpy (call->filter, filter, sizeof call->filter);
    g_strlcpy (call->type, type, sizeof call->type);
    uint32_t handle = mugai_flight_send (flight, call, part, error);
    if (handle == 0 || !mugai_flight_wait (flight, error))
        return NULL;
    g_autoptr (MugaiAnswer) answer = mugai_flight_take (flight, handle);
    if (answer == NULL || answer->verdict != MUGAI_REPLACE)
        return NULL;
    return g_steal_pointer (&answer->data);
}
