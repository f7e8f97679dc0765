/* SPDX-License-Identifier: Apache-2.0 */
#include "milter/link.h"

#include "core/error.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

enum {
    IDLE_MAX = 64,                 /* connections of a kind that wait; more are closed */
    CONNECT_TIMEOUT_US = 10000000, /* a supervisor or keep that starts needs less */
};

struct MugaiLinks {
    char *jobs, *keep;
    GMutex lock;
    GArray *fronts; /* of MugaiFrontLink */
    GPtrArray *keeps;
};

MugaiLinks *
mugai_links_new (const char *jobs, const char *keep)
{
    MugaiLinks *links = g_new0 (MugaiLinks, 1);

    links->jobs = g_strdup (jobs);
    links->keep = g_strdup (keep);
    g_mutex_init (&links->lock);
    links->fronts = g_array_new (FALSE, FALSE, sizeof (MugaiFrontLink));
    links->keeps = g_ptr_array_new_with_free_func ((GDestroyNotify)mugai_keep_free);
    return links;
}

void
mugai_links_free (MugaiLinks *links)
{
    if (links == NULL)
        return;
    for (guint i = 0; i < links->fronts->len; i++)
        close (g_array_index (links->fronts, MugaiFrontLink, i).fd);
    g_array_unref (links->fronts);
    g_ptr_array_unref (links->keeps);
    g_mutex_clear (&links->lock);
    g_free (links->jobs);
    g_free (links->keep);
    g_free (links);
}

/* Nothing may come while nobody asked: what is readable has ended, or says what it must not. */
static bool
quiet (int fd)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };

    return poll (&p, 1, 0) == 0;
}

static bool
pop_front (MugaiLinks *links, MugaiFrontLink *ret)
{
    bool found = false;

    g_mutex_lock (&links->lock);
    while (!found && links->fronts->len > 0) {
        MugaiFrontLink last = g_array_index (links->fronts, MugaiFrontLink, links->fronts->len - 1);
        g_array_set_size (links->fronts, links->fronts->len - 1);
        found = quiet (last.fd);
        if (found)
            *ret = last;
        else
            close (last.fd);
    }
    g_mutex_unlock (&links->lock);
    return found;
}

bool
mugai_links_take_front (MugaiLinks *links, MugaiFrontLink *ret, GError **error)
{
    char why[256] = "";
    MugaiFrontLink link;

    if (pop_front (links, ret))
        return true;
    link.fd =
        mugai_front_connect (links->jobs, MUGAI_VERSION, CONNECT_TIMEOUT_US, &link.greeting, why);
    if (link.fd < 0) {
        g_set_error_literal (error, MUGAI_ERROR,
                             link.fd == -EPROTONOSUPPORT ? MUGAI_ERROR_USAGE : MUGAI_ERROR_RESOURCE,
                             why);
        return false;
    }
    *ret = link;
    return true;
}

void
mugai_links_give_front (MugaiLinks *links, MugaiFrontLink *link, bool again)
{
    bool kept = false;

    g_mutex_lock (&links->lock);
    if (again && links->fronts->len < IDLE_MAX) {
        g_array_append_val (links->fronts, *link);
        kept = true;
    }
    g_mutex_unlock (&links->lock);
    if (!kept)
        close (link->fd);
    link->fd = -1;
}

MugaiKeepClient *
mugai_links_take_keep (MugaiLinks *links, bool fresh, GError **error)
{
    MugaiKeepClient *client = NULL;

    if (!fresh) {
        g_mutex_lock (&links->lock);
        if (links->keeps->len > 0)
            client = g_ptr_array_steal_index (links->keeps, links->keeps->len - 1);
        g_mutex_unlock (&links->lock);
    }
    if (client != NULL)
        return client;
    return mugai_keep_connect (links->keep, MUGAI_VERSION, CONNECT_TIMEOUT_US, error);
}

void
mugai_links_give_keep (MugaiLinks *links, MugaiKeepClient *client)
{
    if (client != NULL && mugai_keep_usable (client)) {
        g_mutex_lock (&links->lock);
        if (links->keeps->len < IDLE_MAX) {
            g_ptr_array_add (links->keeps, client);
            client = NULL;
        }
        g_mutex_unlock (&links->lock);
    }
    mugai_keep_free (client);
}
