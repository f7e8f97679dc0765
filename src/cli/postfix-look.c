/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/postfix-look.h"

#include <string.h>

void
mugai_postfix_value_clear (MugaiPostfixValue *value)
{
    g_free (value->text);
}

/* The value that holds for @service (NULL: main.cf). */
MugaiPostfixValue
mugai_postfix_look_value (const MugaiPostfixLook *look, const MugaiPostfixService *service,
                          const char *name, const char *fallback)
{
    const MugaiPostfixSetting *setting = mugai_postfix_conf_get (look->conf, service, name);
    bool own = setting != NULL && mugai_postfix_conf_get (look->conf, NULL, name) != setting;
    MugaiPostfixValue value = { .name = name,
                                .file = own ? look->conf->master_file : look->conf->main_file,
                                .line = setting != NULL ? setting->line : 0,
                                .set = setting != NULL,
                                .service = own ? service : NULL };
    bool unsure = false;

    value.text = setting != NULL
                     ? mugai_postfix_conf_expand (look->conf, service, setting->value, &unsure)
                     : g_strdup (fallback);
    if (unsure)
        mugai_doctor_add (look->list, MUGAI_DOCTOR_WARNING, "postfix.not-understood", value.file,
                          value.line, "%s = %s", name, setting->value);
    return value;
}

void
mugai_postfix_look_found (const MugaiPostfixLook *look, MugaiDoctorLevel level, const char *id,
                          const MugaiPostfixValue *value)
{
    if (value->service != NULL)
        mugai_doctor_add (look->list, level, id, value->file, value->line, "%s: -o %s=%s",
                          value->service->name, value->name, value->text);
    else if (value->set)
        mugai_doctor_add (look->list, level, id, value->file, value->line, "%s = %s", value->name,
                          value->text);
    else
        mugai_doctor_add (look->list, level, id, value->file, 0, "%s is not set", value->name);
}

/* ---- services */

bool
mugai_postfix_look_runs (const MugaiPostfixService *service, const char *command)
{
    const char *slash = strrchr (service->command, '/');

    return strcmp (slash != NULL ? slash + 1 : service->command, command) == 0;
}

/* Does mail enter here, or is it put into the queue here? */
bool
mugai_postfix_look_entrance (const MugaiPostfixService *service)
{
    return mugai_postfix_look_runs (service, "smtpd") ||
           mugai_postfix_look_runs (service, "qmqpd") ||
           mugai_postfix_look_runs (service, "pickup") ||
           mugai_postfix_look_runs (service, "cleanup");
}

static bool
loopback_word (const char *word)
{
    g_autofree char *bare = g_strdup (word[0] == '[' ? word + 1 : word);

    bare[strcspn (bare, "]/")] = '\0';
    return mugai_endpoint_loopback (bare);
}

/* Is everything in this list of addresses or networks of this host only? */
bool
mugai_postfix_look_loopback (const char *value)
{
    g_auto (GStrv) words = mugai_postfix_words (value);

    for (size_t i = 0; words[i] != NULL; i++)
        if (!loopback_word (words[i]))
            return false;
    return words[0] != NULL;
}

/* Can only this host connect to it? */
bool
mugai_postfix_look_local (const MugaiPostfixLook *look, const MugaiPostfixService *service)
{
    const char *colon = strrchr (service->name, ':');

    if (strcmp (service->type, "inet") != 0)
        return strcmp (service->type, "pass") != 0;
    if (colon == NULL)
        return look->loopback_only;
    g_autofree char *host = g_strndup (service->name, (gsize)(colon - service->name));
    return *host == '\0' ? look->loopback_only : loopback_word (host);
}

bool
mugai_postfix_look_word (const char *value, const char *word)
{
    g_auto (GStrv) words = mugai_postfix_words (value);

    for (size_t i = 0; words[i] != NULL; i++)
        if (g_ascii_strcasecmp (words[i], word) == 0)
            return true;
    return false;
}

/* A service that this host alone reaches and that asks no milter: for released mail. */
bool
mugai_postfix_look_release (const MugaiPostfixLook *look, const MugaiPostfixService *service)
{
    if (!mugai_postfix_look_runs (service, "smtpd") || strcmp (service->type, "inet") != 0 ||
        !mugai_postfix_look_local (look, service))
        return false;
    g_auto (MugaiPostfixValue) milters =
        mugai_postfix_look_value (look, service, "smtpd_milters", "");
    g_auto (MugaiPostfixValue) options =
        mugai_postfix_look_value (look, service, "receive_override_options", "");
    return *milters.text == '\0' || mugai_postfix_look_word (options.text, "no_milters");
}
