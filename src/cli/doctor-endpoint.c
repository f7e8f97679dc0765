/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/doctor-endpoint.h"

#include <string.h>

void
mugai_endpoint_free (MugaiEndpoint *endpoint)
{
    if (endpoint == NULL)
        return;
    g_free (endpoint->path);
    g_free (endpoint->host);
    g_free (endpoint->port);
    g_free (endpoint);
}

/* Cut at @separator; @last: at its last occurrence. */
static bool
cut (const char *text, char separator, bool last, char **ret_before, char **ret_after)
{
    const char *at = last ? strrchr (text, separator) : strchr (text, separator);

    if (at == NULL)
        return false;
    *ret_before = g_strndup (text, (gsize)(at - text));
    *ret_after = g_strdup (at + 1);
    return true;
}

static char *
plain_host (char *host)
{
    size_t size = strlen (host);
    char *plain = size >= 2 && host[0] == '[' && host[size - 1] == ']'
                      ? g_ascii_strdown (host + 1, (gssize)size - 2)
                      : g_ascii_strdown (host, (gssize)size);

    g_free (host);
    if (!g_str_has_prefix (plain, "ipv6:"))
        return plain;
    memmove (plain, plain + 5, strlen (plain + 5) + 1);
    return plain;
}

MugaiEndpoint *
mugai_endpoint_parse (const char *text, MugaiEndpointStyle style)
{
    g_autoptr (MugaiEndpoint) endpoint = g_new0 (MugaiEndpoint, 1);
    const char *colon = strchr (text, ':');

    if (g_str_has_prefix (text, "unix:") || g_str_has_prefix (text, "local:") || text[0] == '/') {
        const char *path = text[0] == '/' ? text : colon + 1;
        /* /var/run has been a link to /run since systemd */
        endpoint->path = g_strdup (g_str_has_prefix (path, "/var/run/") ? path + 4 : path);
        endpoint->host = g_strdup ("");
        endpoint->port = g_strdup ("");
        return *endpoint->path != '\0' ? g_steal_pointer (&endpoint) : NULL;
    }
    if (!g_str_has_prefix (text, "inet:") && !g_str_has_prefix (text, "inet6:"))
        return NULL;
    if (style == MUGAI_ENDPOINT_POSTFIX) {
        if (!cut (colon + 1, ':', true, &endpoint->host, &endpoint->port))
            return NULL;
    } else if (!cut (colon + 1, '@', false, &endpoint->port, &endpoint->host)) {
        endpoint->port = g_strdup (colon + 1);
        endpoint->host = g_strdup ("");
    }
    endpoint->host = plain_host (endpoint->host);
    return *endpoint->port != '\0' ? g_steal_pointer (&endpoint) : NULL;
}

bool
mugai_endpoint_loopback (const char *host)
{
    return strcmp (host, "localhost") == 0 || strcmp (host, "::1") == 0 ||
           (g_str_has_prefix (host, "127.") && g_hostname_is_ip_address (host));
}

static bool
any_address (const char *host)
{
    return *host == '\0' || strcmp (host, "0.0.0.0") == 0 || strcmp (host, "::") == 0;
}

bool
mugai_endpoint_reaches (const MugaiEndpoint *there, const MugaiEndpoint *here)
{
    if (there->path != NULL || here->path != NULL)
        return there->path != NULL && here->path != NULL && strcmp (there->path, here->path) == 0;
    if (strcmp (there->port, here->port) != 0)
        return false;
    return any_address (here->host) || strcmp (there->host, here->host) == 0 ||
           ((mugai_endpoint_loopback (there->host) || any_address (there->host)) &&
            mugai_endpoint_loopback (here->host));
}
