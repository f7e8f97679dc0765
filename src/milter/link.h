/* SPDX-License-Identifier: Apache-2.0
 *
 * link: connections to the supervisor and to the keep that wait for their next mail, so that a mail
 * does not pay for connecting. Shared by all threads of the milter; a connection belongs to one of
 * them from take to give. Process: mugai-milter. Trust: both ends are ours.
 */
#pragma once

#include "wire/front.h"
#include "wire/keep.h"

#include <glib.h>

typedef struct MugaiLinks MugaiLinks;

typedef struct MugaiFrontLink {
    int fd;
    MugaiGreeting greeting;
} MugaiFrontLink;

/* @jobs, @keep: paths of their sockets; copied. Returns: (transfer full). */
MugaiLinks *mugai_links_new (const char *jobs, const char *keep);
void mugai_links_free (MugaiLinks *links);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiLinks, mugai_links_free)

/* Returns: true and a connection in *ret, the caller's. Errors: RESOURCE: nobody there; USAGE:
 * another version. */
bool mugai_links_take_front (MugaiLinks *links, MugaiFrontLink *ret, GError **error);
/* Back after an answered job, or closed when @again is false. */
void mugai_links_give_front (MugaiLinks *links, MugaiFrontLink *link, bool again);

/* Returns: (transfer full) or NULL. @fresh: never one that waited, which may have died unseen. */
MugaiKeepClient *mugai_links_take_keep (MugaiLinks *links, bool fresh, GError **error);
/* Back; freed when it is not usable any more. */
void mugai_links_give_keep (MugaiLinks *links, MugaiKeepClient *client);
