/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: logical lines first (postconf(5): a line that begins with a blank continues the one
 * before; blank and comment lines are not there), then name = value, or the fields of master(5).
 * It does not know comparisons (${{a} == {b} ? ...}), tables, nor Postfix's defaults.
 */
#include "cli/postfix-conf.h"

#include <string.h>

/* ---- logical lines */

typedef struct {
    const char *data;
    size_t size, at;
    unsigned line; /* of what is at @at, from 1 */
} Lines;

/* The next physical line without its end; false at the end of the file. */
static bool
next_line (Lines *in, const char **ret_text, size_t *ret_size)
{
    if (in->at >= in->size)
        return false;
    const char *start = in->data + in->at;
    size_t left = in->size - in->at;
    const char *end = memchr (start, '\n', left);
    size_t size = end != NULL ? (size_t)(end - start) : left;

    in->at += end != NULL ? size + 1 : size;
    in->line++;
    while (size > 0 &&
           (start[size - 1] == '\r' || start[size - 1] == ' ' || start[size - 1] == '\t'))
        size--;
    *ret_text = start;
    *ret_size = size;
    return true;
}

static bool
blank_or_comment (const char *text, size_t size)
{
    size_t i = 0;

    while (i < size && g_ascii_isspace (text[i]))
        i++;
    return i == size || text[i] == '#';
}

/* Returns: (transfer full) the next logical line, NULL at the end. @ret_line: where it begins. */
static GString *
next_logical (Lines *in, unsigned *ret_line)
{
    GString *whole = NULL;
    const char *text;
    size_t size;

    for (;;) {
        Lines before = *in;
        if (!next_line (in, &text, &size))
            return whole;
        if (blank_or_comment (text, size))
            continue;
        if (whole != NULL && !g_ascii_isspace (text[0])) {
            *in = before;
            return whole;
        }
        if (whole == NULL) {
            whole = g_string_new (NULL);
            *ret_line = in->line;
        }
        g_string_append_len (whole, text, (gssize)size);
    }
}

/* ---- settings */

static void
setting_free (gpointer data)
{
    MugaiPostfixSetting *setting = data;

    g_free (setting->name);
    g_free (setting->value);
    g_free (setting);
}

static bool
good_name (const char *name)
{
    for (const char *at = name; *at != '\0'; at++)
        if (!g_ascii_isalnum (*at) && *at != '_' && *at != '-' && *at != '.')
            return false;
    return *name != '\0';
}

/* "name = value". Returns: NULL when it is none. */
static MugaiPostfixSetting *
setting_new (const char *text, unsigned line)
{
    const char *equals = strchr (text, '=');

    if (equals == NULL)
        return NULL;
    g_autofree char *name = g_strstrip (g_strndup (text, (gsize)(equals - text)));
    if (!good_name (name))
        return NULL;
    MugaiPostfixSetting *setting = g_new0 (MugaiPostfixSetting, 1);
    setting->name = g_steal_pointer (&name);
    setting->value = g_strstrip (g_strdup (equals + 1));
    setting->line = line;
    return setting;
}

static void
service_free (gpointer data)
{
    MugaiPostfixService *service = data;

    g_free (service->name);
    g_free (service->type);
    g_free (service->command);
    g_ptr_array_unref (service->overrides);
    g_free (service);
}

static void
bad_line (GArray *bad, unsigned line)
{
    if (bad->len < MUGAI_POSTFIX_BAD_MAX)
        g_array_append_val (bad, line);
}

static void
keep_setting (MugaiPostfixConf *conf, MugaiPostfixSetting *setting)
{
    g_ptr_array_add (conf->settings, setting);
    g_hash_table_replace (conf->by_name, setting->name, setting);
}

MugaiPostfixConf *
mugai_postfix_conf_new (const char *main_file, const char *data, size_t size)
{
    MugaiPostfixConf *conf = g_new0 (MugaiPostfixConf, 1);
    Lines in = { .data = data, .size = MIN (size, (size_t)MUGAI_POSTFIX_FILE_MAX) };
    GString *text;
    unsigned line = 0;

    conf->main_file = g_strdup (main_file);
    conf->settings = g_ptr_array_new_with_free_func (setting_free);
    conf->by_name = g_hash_table_new (g_str_hash, g_str_equal);
    conf->services = g_ptr_array_new_with_free_func (service_free);
    conf->main_bad = g_array_new (FALSE, FALSE, sizeof (unsigned));
    conf->master_bad = g_array_new (FALSE, FALSE, sizeof (unsigned));
    while ((text = next_logical (&in, &line)) != NULL) {
        bool nul = memchr (text->str, '\0', text->len) != NULL;
        MugaiPostfixSetting *setting = nul ? NULL : setting_new (text->str, line);
        if (setting != NULL)
            keep_setting (conf, setting);
        else
            bad_line (conf->main_bad, line);
        g_string_free (text, TRUE);
    }
    return conf;
}

void
mugai_postfix_conf_free (MugaiPostfixConf *conf)
{
    if (conf == NULL)
        return;
    g_free (conf->main_file);
    g_free (conf->master_file);
    g_hash_table_unref (conf->by_name);
    g_ptr_array_unref (conf->settings);
    g_ptr_array_unref (conf->services);
    g_array_unref (conf->main_bad);
    g_array_unref (conf->master_bad);
    g_free (conf);
}

/* ---- words */

/* One word from *@at: up to a blank (or a comma, when @commas), or a {group} without its braces.
 * Returns: (transfer full), NULL when nothing is left. @ret_group: it was a group. */
static char *
next_word (const char **at, bool commas, bool *ret_group)
{
    const char *start = *at;
    unsigned depth = 0;

    while (g_ascii_isspace (*start) || (commas && *start == ','))
        start++;
    const char *end = start;
    *ret_group = *start == '{';
    for (; *end != '\0'; end++) {
        if (*end == '{')
            depth++;
        else if (*end == '}' && depth > 0) {
            if (--depth == 0 && *ret_group) {
                end++;
                break;
            }
        } else if (depth == 0 && (g_ascii_isspace (*end) || (commas && *end == ',')))
            break;
    }
    *at = end;
    if (end == start)
        return NULL;
    if (!*ret_group)
        return g_strndup (start, (gsize)(end - start));
    size_t inner = (size_t)(end - start) - 1;
    return g_strstrip (g_strndup (start + 1, inner > 0 && start[inner] == '}' ? inner - 1 : inner));
}

char **
mugai_postfix_words (const char *value)
{
    g_autoptr (GPtrArray) words = g_ptr_array_new();
    bool group;
    char *word;

    while ((word = next_word (&value, true, &group)) != NULL)
        g_ptr_array_add (words, word);
    g_ptr_array_add (words, NULL);
    return (char **)g_ptr_array_free (g_steal_pointer (&words), FALSE);
}

/* ---- master.cf */

enum { FIELDS = 8 /* service type private unpriv chroot wakeup maxproc command */ };

/* The arguments of a command: keep what -o says. Returns: false when an -o is not understood. */
static bool
read_overrides (MugaiPostfixService *service, const char *at)
{
    bool good = true, group;
    char *word;

    while ((word = next_word (&at, false, &group)) != NULL) {
        g_autofree char *argument = word;
        g_autofree char *next = NULL;
        if (group || !g_str_has_prefix (argument, "-o"))
            continue;
        const char *text = argument + 2;
        if (*text == '\0')
            text = next = next_word (&at, false, &group);
        MugaiPostfixSetting *setting = text != NULL ? setting_new (text, service->line) : NULL;
        if (setting != NULL)
            g_ptr_array_add (service->overrides, setting);
        else
            good = false;
    }
    return good;
}

/* One logical line of master.cf. Returns: NULL when it is none. */
static MugaiPostfixService *
service_new (const char *text, unsigned line, bool *ret_good)
{
    char *fields[FIELDS] = { NULL };
    bool group, whole = true;

    for (size_t i = 0; i < FIELDS; i++)
        whole = (fields[i] = next_word (&text, false, &group)) != NULL && whole;
    MugaiPostfixService *service = NULL;
    if (whole) {
        service = g_new0 (MugaiPostfixService, 1);
        service->name = g_steal_pointer (&fields[0]);
        service->type = g_steal_pointer (&fields[1]);
        service->chroot = fields[4][0];
        service->command = g_steal_pointer (&fields[7]);
        service->overrides = g_ptr_array_new_with_free_func (setting_free);
        service->line = line;
        *ret_good = read_overrides (service, text);
    }
    for (size_t i = 0; i < FIELDS; i++)
        g_free (fields[i]);
    return service;
}

void
mugai_postfix_conf_master (MugaiPostfixConf *conf, const char *file, const char *data, size_t size)
{
    Lines in = { .data = data, .size = MIN (size, (size_t)MUGAI_POSTFIX_FILE_MAX) };
    GString *text;
    unsigned line = 0;

    g_free (conf->master_file);
    conf->master_file = g_strdup (file);
    while ((text = next_logical (&in, &line)) != NULL) {
        bool good = memchr (text->str, '\0', text->len) == NULL;
        good = good && conf->services->len < MUGAI_POSTFIX_SERVICES_MAX;
        MugaiPostfixService *service = good ? service_new (text->str, line, &good) : NULL;
        if (service == NULL || !good)
            bad_line (conf->master_bad, line);
        if (service != NULL)
            g_ptr_array_add (conf->services, service);
        g_string_free (text, TRUE);
    }
}

/* ---- values */

static const MugaiPostfixSetting *
last_of (const GPtrArray *settings, const char *name)
{
    for (guint i = settings->len; i > 0; i--) {
        const MugaiPostfixSetting *setting = g_ptr_array_index (settings, i - 1);
        if (strcmp (setting->name, name) == 0)
            return setting;
    }
    return NULL;
}

const MugaiPostfixSetting *
mugai_postfix_conf_get (const MugaiPostfixConf *conf, const MugaiPostfixService *service,
                        const char *name)
{
    const MugaiPostfixSetting *own = service != NULL ? last_of (service->overrides, name) : NULL;

    return own != NULL ? own : g_hash_table_lookup (conf->by_name, name);
}

typedef struct {
    const MugaiPostfixConf *conf;
    const MugaiPostfixService *service;
    GString *out;
    unsigned steps;
    bool unsure;
} Expand;

static void expand (Expand *x, const char *value, size_t size, unsigned depth);

/* Bytes of @text up to the brace that closes the one before it; @size when there is none. */
static size_t
group_end (const char *text, size_t size, char open, char close)
{
    unsigned depth = 1;

    for (size_t i = 0; i < size; i++) {
        if (text[i] == open)
            depth++;
        else if (text[i] == close && --depth == 0)
            return i;
    }
    return size;
}

static void
expand_name (Expand *x, const char *name, unsigned depth)
{
    const MugaiPostfixSetting *setting = mugai_postfix_conf_get (x->conf, x->service, name);

    if (setting != NULL)
        expand (x, setting->value, strlen (setting->value), depth + 1);
    else
        x->unsure = true;
}

/* Is the value of this name not empty? */
static bool
holds_value (const Expand *x, const char *name)
{
    const MugaiPostfixSetting *setting = mugai_postfix_conf_get (x->conf, x->service, name);

    return setting != NULL && *setting->value != '\0';
}

/* What stands behind "name?" or "name:", either bare or {first}:{second}. */
static void
expand_choice (Expand *x, bool first, const char *text, size_t size, unsigned depth)
{
    if (size == 0 || text[0] != '{') {
        if (first)
            expand (x, text, size, depth + 1);
        return;
    }
    size_t end = group_end (text + 1, size - 1, '{', '}');
    if (first) {
        expand (x, text + 1, end, depth + 1);
        return;
    }
    size_t at = MIN (end + 2, size);
    while (at < size && (g_ascii_isspace (text[at]) || text[at] == ':'))
        at++;
    if (at < size && text[at] == '{') {
        size_t rest = size - at - 1;
        expand (x, text + at + 1, group_end (text + at + 1, rest, '{', '}'), depth + 1);
    } else
        expand (x, text + at, size - at, depth + 1);
}

/* What stands within ${...} or $(...). */
static void
expand_group (Expand *x, const char *text, size_t size, unsigned depth)
{
    size_t i = 0;

    while (i < size && (g_ascii_isalnum (text[i]) || text[i] == '_'))
        i++;
    g_autofree char *name = g_strndup (text, i);
    while (i < size && g_ascii_isspace (text[i]))
        i++;
    if (*name == '\0' || (i < size && text[i] != '?' && text[i] != ':')) {
        x->unsure = true;
        return;
    }
    if (i == size) {
        expand_name (x, name, depth);
        return;
    }
    bool set = holds_value (x, name), want = text[i] == '?';
    for (i++; i < size && g_ascii_isspace (text[i]);)
        i++;
    expand_choice (x, set == want, text + i, size - i, depth);
}

/* One expression behind a '$' at @value. Returns: how many bytes it takes. */
static size_t
expand_one (Expand *x, const char *value, size_t size, unsigned depth)
{
    x->steps++;
    if (size > 0 && value[0] == '$') {
        g_string_append_c (x->out, '$');
        return 1;
    }
    if (size > 0 && (value[0] == '{' || value[0] == '(')) {
        size_t end = group_end (value + 1, size - 1, value[0], value[0] == '{' ? '}' : ')');
        expand_group (x, value + 1, end, depth);
        return MIN (end + 2, size);
    }
    size_t i = 0;
    while (i < size && (g_ascii_isalnum (value[i]) || value[i] == '_'))
        i++;
    g_autofree char *name = g_strndup (value, i);
    if (i > 0)
        expand_name (x, name, depth);
    else
        x->unsure = true;
    return i;
}

/* Depth, steps and bytes are bounded, so `a = $a $a` ends. */
static void
expand (Expand *x, const char *value, size_t size, unsigned depth)
{
    if (depth > MUGAI_POSTFIX_DEPTH_MAX || x->steps++ > MUGAI_POSTFIX_STEPS_MAX) {
        x->unsure = true;
        return;
    }
    for (size_t i = 0; i < size;) {
        if (x->out->len >= MUGAI_POSTFIX_VALUE_MAX || x->steps > MUGAI_POSTFIX_STEPS_MAX) {
            x->unsure = true;
            return;
        }
        if (value[i] == '$') {
            i++;
            i += expand_one (x, value + i, size - i, depth);
        } else
            g_string_append_c (x->out, value[i++]);
    }
}

char *
mugai_postfix_conf_expand (const MugaiPostfixConf *conf, const MugaiPostfixService *service,
                           const char *value, bool *ret_unsure)
{
    Expand x = { .conf = conf, .service = service, .out = g_string_new (NULL) };

    expand (&x, value, strlen (value), 0);
    if (ret_unsure != NULL && x.unsure)
        *ret_unsure = true;
    return g_strstrip (g_string_free (x.out, FALSE));
}

/* ---- milters */

static void
milter_free (gpointer data)
{
    MugaiPostfixMilter *milter = data;

    g_free (milter->endpoint);
    g_free (milter->default_action);
    g_free (milter->content_timeout);
    g_free (milter);
}

/* What stands behind the endpoint within {...}. */
static void
milter_options (MugaiPostfixMilter *milter, char **words)
{
    for (size_t i = 0; words[i] != NULL; i++) {
        g_autofree char *whole = NULL;
        /* "name = value" is three words */
        if (strchr (words[i], '=') == NULL && words[i + 1] != NULL && words[i + 1][0] == '=') {
            bool alone = words[i + 1][1] == '\0' && words[i + 2] != NULL;
            whole = g_strconcat (words[i], words[i + 1], alone ? words[i + 2] : "", NULL);
            i += alone ? 2 : 1;
        } else if (g_str_has_suffix (words[i], "=") && words[i + 1] != NULL) {
            whole = g_strconcat (words[i], words[i + 1], NULL);
            i++;
        } else
            whole = g_strdup (words[i]);
        char **slot = g_str_has_prefix (whole, "default_action=")    ? &milter->default_action
                      : g_str_has_prefix (whole, "content_timeout=") ? &milter->content_timeout
                                                                     : NULL;
        if (slot == NULL)
            continue;
        g_free (*slot);
        *slot = g_strdup (strchr (whole, '=') + 1);
    }
}

GPtrArray *
mugai_postfix_milters (const char *value)
{
    GPtrArray *milters = g_ptr_array_new_with_free_func (milter_free);
    bool group;
    char *word;

    while ((word = next_word (&value, true, &group)) != NULL) {
        g_autofree char *text = word;
        MugaiPostfixMilter *milter = g_new0 (MugaiPostfixMilter, 1);
        g_ptr_array_add (milters, milter);
        if (!group) {
            milter->endpoint = g_steal_pointer (&text);
            continue;
        }
        g_auto (GStrv) words = mugai_postfix_words (text);
        milter->endpoint = g_strdup (words[0] != NULL ? words[0] : "");
        if (words[0] != NULL)
            milter_options (milter, words + 1);
    }
    return milters;
}

gint64
mugai_postfix_seconds (const char *value)
{
    static const struct {
        char unit;
        gint64 seconds;
    } units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 'w', 604800 } };
    char *end;
    guint64 number = g_ascii_strtoull (value, &end, 10);

    if (end == value || !g_ascii_isdigit (*value) || number > G_MAXINT32)
        return -1;
    if (*end == '\0')
        return (gint64)number;
    for (size_t i = 0; i < G_N_ELEMENTS (units); i++)
        if (g_ascii_tolower (*end) == units[i].unit && end[1] == '\0')
            return (gint64)number * units[i].seconds;
    return -1;
}
