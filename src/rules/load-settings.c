/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/loader.h"

#include "rules/gaiji.h"
#include "rules/network.h"
#include "rules/notice-template.h"
#include "rules/preset.h"
#include "rules/units.h"

#include <stdio.h>
#include <string.h>

#define HEADERS "from sender to cc reply-to subject date message-id in-reply-to references"

enum { PREFIX = 64 /* bytes of headers.subject-prefix */ };

static bool
load_preset_name (const MugaiLoader *l, const MugaiYaml *root, GError **error)
{
    const MugaiYaml *at = mugai_yaml_get (root, "preset");
    g_autoptr (GString) names = g_string_new (NULL);
    unsigned preset;

    if (at == NULL)
        return true;
    for (const MugaiPreset *p = mugai_presets; p->name != NULL; p++)
        g_string_append_printf (names, "%s%s", names->len > 0 ? " " : "", p->name);
    if (!mugai_loader_choice (l, at, "preset", names->str, &preset, error))
        return false;
    l->rules->settings.preset = mugai_presets[preset - 1].name;
    return true;
}

/* A file beside the rules, or an absolute path. *ret_path: (transfer full) where it is. */
static GBytes *
read_beside (const MugaiLoader *l, const char *name, char **ret_path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname (l->path);

    *ret_path = g_path_is_absolute (name) ? g_strdup (name) : g_build_filename (folder, name, NULL);
    return mugai_loader_read (*ret_path, error);
}

static bool
load_gaiji (const MugaiLoader *l, const MugaiYaml *at, GError **error)
{
    g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (g_free);
    const char *name = NULL;

    if (at == NULL || !mugai_loader_text (l, at, "gaiji", false, &name, error))
        return at == NULL;
    g_autofree char *path = NULL;
    g_autoptr (GBytes) bytes = read_beside (l, name, &path, error);
    if (bytes == NULL)
        return false;
    size_t size;
    const char *data = g_bytes_get_data (bytes, &size);
    if (!mugai_gaiji_parse (path, data != NULL ? data : "", size, entries, error))
        return false;
    l->rules->settings.gaiji = mugai_rules_list (l->rules, entries);
    return true;
}

static bool
check_trusted (const char *text, char *why)
{
    const char *name = g_str_has_prefix (text, "*.") ? text + 2 : text;
    bool good = name[0] != '\0' && name[0] != '.' &&
                name[strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789-.")] == '\0';

    if (!good)
        snprintf (why, MUGAI_CONDITION_WHY,
                  "write a domain in lower case, with xn-- if need be; it holds for all below it: "
                  "lg.jp");
    return good;
}

/* body.links: a word, or a mapping of it and of domains whose links stay. */
static bool
load_links (const MugaiLoader *l, const MugaiYaml *at, unsigned *links, GError **error)
{
    static const char *const none[] = { NULL };
    const char *const *trusted = none;

    if (at == NULL || at->kind != MUGAI_YAML_MAP)
        return mugai_loader_choice (l, at, "links", "show defang drop", links, error);
    if (!mugai_loader_keys (l, at, "links", "form trusted", error) ||
        !mugai_loader_choice (l, mugai_yaml_get (at, "form"), "form", "show defang drop", links,
                              error) ||
        !mugai_loader_list (l, mugai_yaml_get (at, "trusted"), "trusted", check_trusted, &trusted,
                            error))
        return false;
    g_autofree char *joined = g_strjoinv (" ", (char **)trusted);
    if (strlen (joined) > MUGAI_RULES_TEXT)
        return mugai_loader_fail (l, at, error, "trusted is longer than %d bytes in all",
                                  MUGAI_RULES_TEXT);
    l->rules->settings.links_trusted = mugai_rules_text (l->rules, joined);
    return true;
}

static bool
load_template (const MugaiLoader *l, const MugaiYaml *at, GError **error)
{
    const char *name = NULL;
    size_t size;

    if (at == NULL || !mugai_loader_text (l, at, "template", false, &name, error))
        return at == NULL;
    g_autofree char *path = NULL;
    g_autoptr (GBytes) bytes = read_beside (l, name, &path, error);
    if (bytes == NULL)
        return false;
    const char *data = g_bytes_get_data (bytes, &size);
    g_autofree char *text =
        mugai_notice_template_check (path, data != NULL ? data : "", size, error);
    if (text == NULL)
        return false;
    l->rules->settings.notice_template = mugai_rules_text (l->rules, text);
    return true;
}

/* The notice speaks the language of all else unless it is told otherwise. */
static bool
load_notice (const MugaiLoader *l, const MugaiYaml *notice, GError **error)
{
    unsigned language = l->rules->settings.language;

    if (notice != NULL && (!mugai_loader_keys (l, notice, "notice", "template language", error) ||
                           !mugai_loader_choice (l, mugai_yaml_get (notice, "language"), "language",
                                                 "ja en", &language, error) ||
                           !load_template (l, mugai_yaml_get (notice, "template"), error)))
        return false;
    l->rules->settings.notice_language = (MugaiLanguage)language;
    return true;
}

static bool
load_body (const MugaiLoader *l, const MugaiYaml *body, GError **error)
{
    MugaiSettings *s = &l->rules->settings;
    unsigned charset = s->charset, links = s->links, alternatives = s->alternatives,
             notice = s->notice;

    if (body == NULL)
        return true;
    const MugaiYaml *at = mugai_yaml_get (body, "charset");
    if (!mugai_loader_keys (l, body, "body", "charset gaiji links alternatives notice", error) ||
        !mugai_loader_choice (l, at, "charset", "utf-8 iso-2022-jp", &charset, error) ||
        !load_links (l, mugai_yaml_get (body, "links"), &links, error) ||
        !mugai_loader_choice (l, mugai_yaml_get (body, "alternatives"), "alternatives",
                              "compare plain html", &alternatives, error) ||
        !mugai_loader_choice (l, mugai_yaml_get (body, "notice"), "notice",
                              "end start attachment none", &notice, error))
        return false;
    if (!load_gaiji (l, mugai_yaml_get (body, "gaiji"), error))
        return false;
    s->charset = (MugaiBodyCharset)charset;
    s->links = (MugaiLinks)links;
    s->alternatives = (MugaiAlternatives)alternatives;
    s->notice = (MugaiNoticePlace)notice;
    return true;
}

/* headers.keep is an allow-list of headers that the profile has. */
static bool
load_keep (const MugaiLoader *l, const MugaiYaml *keep, GError **error)
{
    if (keep == NULL)
        return true;
    if (keep->kind != MUGAI_YAML_LIST)
        return mugai_loader_fail (l, keep, error, "keep takes a list of: %s", HEADERS);
    for (guint i = 0; i < keep->items->len; i++) {
        unsigned ignored;
        if (!mugai_loader_choice (l, g_ptr_array_index (keep->items, i), "keep", HEADERS, &ignored,
                                  error))
            return false;
    }
    return mugai_loader_list (l, keep, "keep", NULL, &l->rules->settings.header_keep, error);
}

static bool
load_headers (const MugaiLoader *l, const MugaiYaml *headers, GError **error)
{
    if (headers == NULL)
        return true;
    const MugaiYaml *prefix = mugai_yaml_get (headers, "subject-prefix");
    if (!mugai_loader_keys (l, headers, "headers", "keep subject-prefix", error) ||
        !load_keep (l, mugai_yaml_get (headers, "keep"), error) ||
        !mugai_loader_text (l, prefix, "subject-prefix", true, &l->rules->settings.subject_prefix,
                            error))
        return false;
    if (strlen (l->rules->settings.subject_prefix) > PREFIX)
        return mugai_loader_fail (l, prefix, error, "subject-prefix is longer than %d bytes",
                                  PREFIX);
    return true;
}

static bool
check_domain (const char *text, char *why)
{
    bool good = strchr (text, '@') == NULL && strchr (text, ' ') == NULL && text[0] != '.';

    if (!good)
        snprintf (why, MUGAI_CONDITION_WHY,
                  "write a domain (town.example.lg.jp), or "
                  "\"*.town.example.lg.jp\" for those below it");
    return good;
}

static bool
check_network (const char *text, char *why)
{
    MugaiNetwork network;
    bool good = mugai_network_parse (text, &network);

    if (!good)
        snprintf (why, MUGAI_CONDITION_WHY,
                  "\"%.60s\" is no IP address or network without bits beyond its prefix, such as "
                  "192.0.2.0/24",
                  text);
    return good;
}

static bool
load_zones (const MugaiLoader *l, const MugaiYaml *root, GError **error)
{
    MugaiSettings *s = &l->rules->settings;
    const MugaiYaml *inner = mugai_yaml_get (root, "inner");
    const MugaiYaml *outbound = mugai_yaml_get (root, "outbound");

    if (inner != NULL &&
        (!mugai_loader_keys (l, inner, "inner", "domains trusted-authserv-id", error) ||
         !mugai_loader_list (l, mugai_yaml_get (inner, "domains"), "domains", check_domain,
                             &s->inner_domains, error) ||
         !mugai_loader_text (l, mugai_yaml_get (inner, "trusted-authserv-id"),
                             "trusted-authserv-id", true, &s->trusted_authserv_id, error)))
        return false;
    if (outbound == NULL)
        return true;
    if (!mugai_loader_keys (l, outbound, "outbound", "clients", error) ||
        !mugai_loader_list (l, mugai_yaml_get (outbound, "clients"), "clients", check_network,
                            &s->outbound_clients, error))
        return false;
    if (s->outbound_clients[0] != NULL && s->inner_domains[0] == NULL)
        return mugai_loader_fail (l, outbound, error,
                                  "outbound.clients needs inner.domains: without it nobody can "
                                  "tell which mail leaves");
    return true;
}

static bool
load_limit (const MugaiLoader *l, const MugaiLimitInfo *info, const MugaiYaml *at, GError **error)
{
    const char *text = NULL;
    uint64_t value;
    char least[32], most[32];

    if (!mugai_loader_text (l, at, info->name, false, &text, error))
        return false;
    if (!mugai_units_parse (info->unit, text, &value))
        return mugai_loader_fail (l, at, error, "limits.%s: \"%s\" is not %s", info->name, text,
                                  mugai_units_help (info->unit));
    if (value < info->min || value > info->max) {
        mugai_units_print (info->unit, info->min, least, sizeof least);
        mugai_units_print (info->unit, info->max, most, sizeof most);
        return mugai_loader_fail (l, at, error, "limits.%s: %s is not from %s to %s (%s)",
                                  info->name, text, least, most, info->why);
    }
    mugai_limits_set (&l->rules->limits, info, value);
    return true;
}

static bool
load_limits (const MugaiLoader *l, const MugaiYaml *limits, GError **error)
{
    size_t count;
    const MugaiLimitInfo *infos = mugai_limits_table (&count);
    g_autoptr (GString) names = g_string_new (NULL);

    if (limits == NULL)
        return true;
    for (size_t i = 0; i < count; i++)
        g_string_append_printf (names, "%s%s", i > 0 ? " " : "", infos[i].name);
    if (!mugai_loader_keys (l, limits, "limits", names->str, error))
        return false;
    for (size_t i = 0; i < count; i++) {
        const MugaiYaml *at = mugai_yaml_get (limits, infos[i].name);
        if (at != NULL && !load_limit (l, &infos[i], at, error))
            return false;
    }
    return true;
}

bool
mugai_loader_settings (const MugaiLoader *l, const MugaiYaml *root, GError **error)
{
    unsigned language = l->rules->settings.language;

    if (!load_preset_name (l, root, error) ||
        !mugai_loader_choice (l, mugai_yaml_get (root, "language"), "language", "ja en", &language,
                              error))
        return false;
    l->rules->settings.language = (MugaiLanguage)language;
    return load_notice (l, mugai_yaml_get (root, "notice"), error) &&
           load_body (l, mugai_yaml_get (root, "body"), error) &&
           load_headers (l, mugai_yaml_get (root, "headers"), error) &&
           load_zones (l, root, error) && load_limits (l, mugai_yaml_get (root, "limits"), error);
}
