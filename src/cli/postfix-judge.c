/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/postfix-judge.h"

#include <string.h>

enum {
    ANSWER_S = 240, /* Mugai's last moment to answer */
    CLIENT_S = 600, /* a client's wait for the reply to the end of a mail, RFC 5321 4.5.3.2.6 */
    PROTOCOL = 6,
    PREFIX_4 = 8, /* wider networks than these belong to nobody */
    PREFIX_6 = 16,
};

void
mugai_postfix_judge_action (const MugaiPostfixLook *look, const char *id,
                            const MugaiPostfixValue *value, const char *action)
{
    if (g_ascii_strcasecmp (action, "tempfail") != 0 &&
        g_ascii_strcasecmp (action, "shutdown") != 0)
        mugai_postfix_look_found (look,
                                  g_ascii_strcasecmp (action, "reject") == 0 ? MUGAI_DOCTOR_WARNING
                                                                             : MUGAI_DOCTOR_PROBLEM,
                                  id, value);
}

static void
judge_action (const MugaiPostfixLook *look, const char *id, const MugaiPostfixValue *value)
{
    mugai_postfix_judge_action (look, id, value, value->text);
}

void
mugai_postfix_judge_timeout (const MugaiPostfixLook *look, const char *id,
                             const MugaiPostfixValue *value, const char *time)
{
    gint64 seconds = mugai_postfix_seconds (time);

    if (seconds < ANSWER_S)
        mugai_postfix_look_found (look, MUGAI_DOCTOR_PROBLEM, id, value);
    else if (seconds >= CLIENT_S)
        mugai_postfix_look_found (look, MUGAI_DOCTOR_WARNING, id, value);
}

static void
judge_timeout (const MugaiPostfixLook *look, const char *id, const MugaiPostfixValue *value)
{
    mugai_postfix_judge_timeout (look, id, value, value->text);
}

static void
judge_protocol (const MugaiPostfixLook *look, const char *id, const MugaiPostfixValue *value)
{
    if (g_ascii_strtoll (value->text, NULL, 10) < PROTOCOL)
        mugai_postfix_look_found (look, MUGAI_DOCTOR_WARNING, id, value);
}

static void
problem_if_set (const MugaiPostfixLook *look, const char *id, const MugaiPostfixValue *value)
{
    if (*value->text != '\0')
        mugai_postfix_look_found (look, MUGAI_DOCTOR_PROBLEM, id, value);
}

static void
warning_if_set (const MugaiPostfixLook *look, const char *id, const MugaiPostfixValue *value)
{
    if (*value->text != '\0')
        mugai_postfix_look_found (look, MUGAI_DOCTOR_WARNING, id, value);
}

static void
warning_unless_yes (const MugaiPostfixLook *look, const char *id, const MugaiPostfixValue *value)
{
    if (g_ascii_strcasecmp (value->text, "yes") != 0)
        mugai_postfix_look_found (look, MUGAI_DOCTOR_WARNING, id, value);
}

static void
judge_chunking (const MugaiPostfixLook *look, const char *id, const MugaiPostfixValue *value)
{
    if (!mugai_postfix_look_word (value->text, "chunking"))
        mugai_postfix_look_found (look, MUGAI_DOCTOR_WARNING, id, value);
}

static void
judge_strip (const MugaiPostfixLook *look, const char *id, const MugaiPostfixValue *value)
{
    if (strstr (value->text, "\\0") == NULL)
        mugai_postfix_look_found (look, MUGAI_DOCTOR_WARNING, id, value);
}

/* Not set: the default changed from no to normalize with Postfix 3.9. */
static void
judge_bare_newline (const MugaiPostfixLook *look, const char *id, const MugaiPostfixValue *value)
{
    static const char *const good[] = { "normalize", "yes", "reject" };

    for (size_t i = 0; i < G_N_ELEMENTS (good); i++)
        if (g_ascii_strcasecmp (value->text, good[i]) == 0)
            return;
    mugai_postfix_look_found (look, value->set ? MUGAI_DOCTOR_PROBLEM : MUGAI_DOCTOR_WARNING, id,
                              value);
}

/* "0.0.0.0/0", "[::]/0" and such. */
static bool
wide_network (const char *word)
{
    const char *slash = strrchr (word, '/');
    char *end = NULL;

    if (slash == NULL || slash == word || word[0] == '!')
        return false;
    g_autofree char *address =
        g_strndup (word[0] == '[' ? word + 1 : word, (gsize)(slash - word) - (word[0] == '['));
    address[strcspn (address, "]")] = '\0';
    guint64 bits = g_ascii_strtoull (slash + 1, &end, 10);
    return end != slash + 1 && g_hostname_is_ip_address (address) &&
           bits < (strchr (address, ':') != NULL ? (guint64)PREFIX_6 : (guint64)PREFIX_4);
}

static void
judge_networks (const MugaiPostfixLook *look, const char *id, const MugaiPostfixValue *value)
{
    g_auto (GStrv) words = mugai_postfix_words (value->text);

    for (size_t i = 0; words[i] != NULL; i++)
        if (wide_network (words[i])) {
            mugai_postfix_look_found (look, MUGAI_DOCTOR_PROBLEM, id, value);
            return;
        }
}

static void
judge_size (const MugaiPostfixLook *look, const char *id, const MugaiPostfixValue *value)
{
    char *end;
    guint64 size = g_ascii_strtoull (value->text, &end, 10);

    if (end == value->text || *end != '\0' || (size != 0 && size <= look->site->output))
        mugai_doctor_add (look->list, MUGAI_DOCTOR_PROBLEM, id, value->file, value->line,
                          "%s = %s%s, limits.output = %" G_GUINT64_FORMAT, value->name, value->text,
                          value->set ? "" : " (default)", look->site->output);
}

/* ---- tables by client */

static bool
table_disables (const char *text)
{
    g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

    for (size_t i = 0; lines[i] != NULL; i++) {
        g_autofree char *upper = g_ascii_strup (g_strstrip (lines[i]), -1);
        if (upper[0] != '#' && strstr (upper, "DISABLE") != NULL)
            return true;
    }
    return false;
}

static void
judge_maps (const MugaiPostfixLook *look, const char *id, const MugaiPostfixValue *value)
{
    bool disables = table_disables (value->text);
    g_auto (GStrv) words = mugai_postfix_words (value->text);

    for (size_t i = 0; words[i] != NULL && !disables && look->site->read != NULL; i++) {
        const char *colon = strchr (words[i], ':');
        g_autofree char *text =
            colon != NULL && colon[1] == '/' ? look->site->read (colon + 1) : NULL;
        disables = text != NULL && table_disables (text);
    }
    if (*value->text != '\0')
        mugai_postfix_look_found (look, disables ? MUGAI_DOCTOR_PROBLEM : MUGAI_DOCTOR_WARNING, id,
                                  value);
}

static void
judge_no_milters (const MugaiPostfixLook *look, const char *id, const MugaiPostfixValue *value)
{
    bool alone = value->service != NULL && mugai_postfix_look_runs (value->service, "smtpd") &&
                 mugai_postfix_look_local (look, value->service);

    if (mugai_postfix_look_word (value->text, "no_milters") && !alone)
        mugai_postfix_look_found (look, MUGAI_DOCTOR_PROBLEM, id, value);
}

/* ---- one setting, everywhere it is said */

typedef void (*Judge) (const MugaiPostfixLook *look, const char *id,
                       const MugaiPostfixValue *value);

static const struct {
    const char *id, *name, *fallback; /* fallback: of Postfix 3.7 */
    Judge judge;
} settings[] = {
    { "postfix.default-action", "milter_default_action", "tempfail", judge_action },
    { "postfix.content-timeout", "milter_content_timeout", "300s", judge_timeout },
    { "postfix.milter-protocol", "milter_protocol", "6", judge_protocol },
    { "postfix.milter-maps", "smtpd_milter_maps", "", judge_maps },
    { "postfix.no-milters", "receive_override_options", "", judge_no_milters },
    { "postfix.proxy-filter", "smtpd_proxy_filter", "", problem_if_set },
    { "postfix.content-filter", "content_filter", "", warning_if_set },
    { "postfix.size-limit", "message_size_limit", "10240000", judge_size },
    { "postfix.chunking", "smtpd_discard_ehlo_keywords", "", judge_chunking },
    { "postfix.bare-newline", "smtpd_forbid_bare_newline", "no", judge_bare_newline },
    { "postfix.bare-newline-exclusions", "smtpd_forbid_bare_newline_exclusions", "",
      judge_networks },
    { "postfix.stray-cr-lf", "cleanup_replace_stray_cr_lf", "yes", warning_unless_yes },
    { "postfix.strip-nul", "message_strip_characters", "", judge_strip },
    { "postfix.long-queue-ids", "enable_long_queue_ids", "no", warning_unless_yes },
    { "postfix.mynetworks", "mynetworks", "", judge_networks },
};

static void
each (const MugaiPostfixLook *look, const char *id, const char *name, const char *fallback,
      Judge judge)
{
    g_auto (MugaiPostfixValue) main_value = mugai_postfix_look_value (look, NULL, name, fallback);

    judge (look, id, &main_value);
    for (guint i = 0; i < look->conf->services->len; i++) {
        const MugaiPostfixService *service = g_ptr_array_index (look->conf->services, i);
        if (!mugai_postfix_look_entrance (service) ||
            mugai_postfix_conf_get (look->conf, service, name) ==
                mugai_postfix_conf_get (look->conf, NULL, name))
            continue;
        g_auto (MugaiPostfixValue) value = mugai_postfix_look_value (look, service, name, fallback);
        judge (look, id, &value);
    }
    g_autofree char *evidence = main_value.set ? g_strdup_printf ("%s = %s", name, main_value.text)
                                               : g_strdup_printf ("%s (default)", name);
    mugai_doctor_fine (look->list, id, main_value.file, main_value.line, evidence);
}

void
mugai_postfix_judge_settings (const MugaiPostfixLook *look)
{
    for (size_t i = 0; i < G_N_ELEMENTS (settings); i++)
        each (look, settings[i].id, settings[i].name, settings[i].fallback, settings[i].judge);
}
