/* SPDX-License-Identifier: Apache-2.0
 *
 * flight: isolated calls on their way through the supervisor; the near side of wire/isolate.h.
 * Several are out at a time and come back in any order. Internal to src/chain.
 * Process: worker. Trust: the supervisor keeps the protocol, or the item is given up; what it hands
 * on from a render child is hostile.
 */
#pragma once

#include "chain/answer.h"

enum { MUGAI_FLIGHT_MAX = 16 /* out at a time: each holds a memfd and a place in a queue */ };

typedef struct MugaiFlight MugaiFlight;

/* @channel: borrowed. */
MugaiFlight *mugai_flight_new (int channel, uint64_t job);
void mugai_flight_free (MugaiFlight *flight);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiFlight, mugai_flight_free)

/* mugai_flight_send:
 * Get a buffer, fill it with @part, send it off. Waits while MUGAI_FLIGHT_MAX are out.
 * Returns: a handle > 0, or 0 with MUGAI_ERROR_INTERNAL: the channel broke, now and for good.
 */
uint32_t mugai_flight_send (MugaiFlight *flight, const MugaiIsolateCall *call, GBytes *part,
                            GError **error);

/* Returns: (transfer full) the answer to @handle, once; NULL while it is out. */
MugaiAnswer *mugai_flight_take (MugaiFlight *flight, uint32_t handle);

/* Wait for one answer, whichever. Errors: as above; also when nothing is out. */
bool mugai_flight_wait (MugaiFlight *flight, GError **error);
