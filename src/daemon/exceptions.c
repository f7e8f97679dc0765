/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/exceptions.h"

#include "base/escape.h"
#include "rules/describe.h"

#include <string.h>
#include <syslog.h>

/* Days until @until ("2027-03-31") has passed in Japan, whose days count. */
static int64_t
days_left (const char *until, int64_t now_us)
{
    g_autoptr (GTimeZone) japan = g_time_zone_new_offset (9 * 3600);
    g_autofree char *text = g_strconcat (until, "T23:59:59+09:00", NULL);
    g_autoptr (GDateTime) end = g_date_time_new_from_iso8601 (text, japan);

    return end != NULL ? (g_date_time_to_unix (end) * G_USEC_PER_SEC - now_us) / G_TIME_SPAN_DAY
                       : 0;
}

static void
say_one (const MugaiRuleText *rule, int64_t now_us, MugaiExceptionsSay say, void *data)
{
    int64_t days = days_left (rule->until, now_us);
    char line[1024];

    if (!rule->expired && days >= MUGAI_EXCEPTIONS_SOON_DAYS)
        return;
    g_autofree char *text =
        rule->expired
            ? g_strdup_printf ("exception \"%s\" ended with %s and is not used any more; owner: %s",
                               rule->name, rule->until, rule->owner)
            : g_strdup_printf ("exception \"%s\" ends with %s, in %d days; owner: %s", rule->name,
                               rule->until, (int)days, rule->owner);
    say (data, rule->expired ? LOG_WARNING : LOG_NOTICE,
         mugai_escape (line, sizeof line, text, strlen (text)));
}

void
mugai_exceptions_say (const MugaiRules *rules, int64_t now_us, MugaiExceptionsSay say, void *data)
{
    for (size_t i = 0; i < mugai_rules_count (rules); i++) {
        g_autoptr (MugaiRuleText) rule = mugai_rules_describe (rules, i, now_us);
        if (rule->until != NULL)
            say_one (rule, now_us, say, data);
    }
}

/* A JSON string of hostile text. */
static void
put_string (GString *json, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid (text, -1);

    g_string_append_c (json, '"');
    for (const char *c = valid; *c != '\0'; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            g_string_append_printf (json, "\\u%04x", (unsigned)*c);
        else if (*c == '"' || *c == '\\')
            g_string_append_printf (json, "\\%c", *c);
        else
            g_string_append_c (json, *c);
    g_string_append_c (json, '"');
}

void
mugai_exceptions_status (const MugaiRules *rules, int64_t now_us, GString *json)
{
    const char *comma = "";

    g_string_append (json, "\"exceptions\":[");
    for (size_t i = 0; i < mugai_rules_count (rules); i++) {
        g_autoptr (MugaiRuleText) rule = mugai_rules_describe (rules, i, now_us);
        if (rule->until == NULL)
            continue;
        g_string_append_printf (json, "%s{\"rule\":", comma);
        put_string (json, rule->name);
        g_string_append (json, ",\"owner\":");
        put_string (json, rule->owner);
        g_string_append (json, ",\"until\":");
        put_string (json, rule->until);
        g_string_append_printf (json, ",\"expired\":%s}", rule->expired ? "true" : "false");
        comma = ",";
    }
    g_string_append (json, "],");
}
