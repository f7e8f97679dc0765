/* SPDX-License-Identifier: Apache-2.0
 *
 * members: join what an isolated container filter unpacked: each member becomes a part and goes
 * through the rules, the results become one ZIP of the profile. Members that are not delivered
 * leave a text that says so, when asked for.
 *
 * Process: worker. Trust: the bundle is hostile (wire/bundle.h).
 */
#pragma once

#include "chain/chain.h"
#include "rules/rules.h"

#include <glib.h>

typedef struct MugaiMembersOptions {
    MugaiLanguage language; /* of the texts for the reader */
    bool tombstones;        /* a text for each member that is not delivered */
    uint64_t output_max;    /* bytes of the archive */
    const MugaiLimits *limits;
} MugaiMembersOptions;

/* mugai_members_join:
 * @host: adds and finishes children; its walk. @part: the container. @bundle: borrowed.
 * Returns: (transfer full) the archive, or NULL with *ret_reason (static finding code).
 */
GBytes *mugai_members_join (const MugaiChainHost *host, uint32_t part, GBytes *bundle,
                            const MugaiMembersOptions *options, const char **ret_reason);
