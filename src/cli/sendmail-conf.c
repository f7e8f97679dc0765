/* SPDX-License-Identifier: Apache-2.0
 *
 * A line that begins with a blank continues the one before; '#' at its beginning makes a comment.
 * Macros within values are left as they are. Keys of X lines and of DaemonPortOptions count by
 * their first letter, as Sendmail reads them.
 */
#include "cli/sendmail-conf.h"

#include "cli/postfix-conf.h" /* seconds: the same units */

#include <stdbool.h>
#include <string.h>

enum { END_S = 300, READ_S = 10 /* of Sendmail, when T= does not say */ };

static void
filter_free (gpointer data)
{
    MugaiSendmailFilter *filter = data;

    g_free (filter->name);
    g_free (filter->socket);
    g_free (filter->flags);
    g_free (filter);
}

static void
daemon_free (gpointer data)
{
    MugaiSendmailDaemon *daemon = data;

    g_free (daemon->name);
    g_free (daemon->address);
    g_strfreev (daemon->filters);
    g_free (daemon);
}

/* Names with commas or semicolons between them. What is behind the last possible one stays one
 * word. */
static char **
names (const char *text)
{
    char **words = g_strsplit_set (text, ";,", MUGAI_SENDMAIL_NAMES_MAX);
    size_t n = 0;

    for (size_t i = 0; words[i] != NULL; i++) {
        g_strstrip (words[i]);
        if (*words[i] != '\0')
            words[n++] = words[i];
        else
            g_free (words[i]);
    }
    words[n] = NULL;
    return words;
}

/* "k = value". Returns: the first letter in upper case and the value, '\0' when it is none. */
static char
key_value (char *field, char **ret_value)
{
    char *equals = strchr (field, '=');

    if (equals == NULL)
        return '\0';
    while (g_ascii_isspace (*field))
        field++;
    *ret_value = g_strstrip (equals + 1);
    return g_ascii_toupper (*field);
}

/* "C:1m;S:30s;R:60s;E:5m" */
static void
read_times (MugaiSendmailFilter *filter, const char *text)
{
    g_auto (GStrv) times = names (text);

    for (size_t i = 0; times[i] != NULL; i++) {
        const char *colon = strchr (times[i], ':');
        if (colon == NULL)
            continue;
        if (times[i][0] == 'E')
            filter->end = mugai_postfix_seconds (colon + 1);
        else if (times[i][0] == 'R')
            filter->read = mugai_postfix_seconds (colon + 1);
    }
}

static void
set (char **slot, const char *value)
{
    g_free (*slot);
    *slot = g_strdup (value);
}

/* What stands behind the X. */
static void
read_filter (MugaiSendmailConf *conf, const char *text, unsigned line)
{
    g_auto (GStrv) fields = g_strsplit (text, ",", -1);
    char *value;

    if (fields[0] == NULL || *g_strstrip (fields[0]) == '\0' ||
        conf->filters->len >= MUGAI_SENDMAIL_ROWS_MAX)
        return;
    MugaiSendmailFilter *filter = g_new0 (MugaiSendmailFilter, 1);
    *filter = (MugaiSendmailFilter){ .name = g_strdup (fields[0]),
                                     .socket = g_strdup (""),
                                     .flags = g_strdup (""),
                                     .end = END_S,
                                     .read = READ_S,
                                     .line = line };
    for (size_t i = 1; fields[i] != NULL; i++)
        switch (key_value (fields[i], &value)) {
        case 'S':
            set (&filter->socket, value);
            break;
        case 'F':
            set (&filter->flags, value);
            break;
        case 'T':
            read_times (filter, value);
            break;
        default:
            break;
        }
    g_ptr_array_add (conf->filters, filter);
}

static void
read_daemon (MugaiSendmailConf *conf, const char *text, unsigned line)
{
    g_auto (GStrv) fields = g_strsplit (text, ",", -1);
    char *value;

    if (conf->daemons->len >= MUGAI_SENDMAIL_ROWS_MAX)
        return;
    MugaiSendmailDaemon *daemon = g_new0 (MugaiSendmailDaemon, 1);
    *daemon =
        (MugaiSendmailDaemon){ .name = g_strdup (""), .address = g_strdup (""), .line = line };
    for (size_t i = 0; fields[i] != NULL; i++)
        switch (key_value (fields[i], &value)) {
        case 'N':
            set (&daemon->name, value);
            break;
        case 'A':
            set (&daemon->address, value);
            break;
        case 'I':
            g_strfreev (daemon->filters);
            daemon->filters = names (value);
            break;
        default:
            break;
        }
    g_ptr_array_add (conf->daemons, daemon);
}

/* What stands behind the O, in its long form: " Name=value". */
static void
read_option (MugaiSendmailConf *conf, const char *text, unsigned line)
{
    const char *equals = strchr (text, '=');

    if (equals == NULL || !g_ascii_isspace (text[0]))
        return;
    g_autofree char *name = g_strstrip (g_strndup (text, (gsize)(equals - text)));
    if (g_ascii_strcasecmp (name, "InputMailFilters") == 0) {
        g_strfreev (conf->input);
        conf->input = names (equals + 1);
        conf->input_line = line;
    } else if (g_ascii_strcasecmp (name, "DaemonPortOptions") == 0) {
        read_daemon (conf, equals + 1, line);
    }
}

static void
read_line (MugaiSendmailConf *conf, const char *text, unsigned line)
{
    if (text[0] == 'X')
        read_filter (conf, text + 1, line);
    else if (text[0] == 'O')
        read_option (conf, text + 1, line);
}

MugaiSendmailConf *
mugai_sendmail_conf_new (const char *file, const char *data, size_t size)
{
    MugaiSendmailConf *conf = g_new0 (MugaiSendmailConf, 1);
    size = MIN (size, (size_t)MUGAI_SENDMAIL_FILE_MAX);
    g_autofree char *copy = g_malloc (size + 1);
    for (size_t i = 0; i < size; i++) /* a NUL hides nothing */
        copy[i] = data[i] != '\0' ? data[i] : ' ';
    copy[size] = '\0';
    g_auto (GStrv) lines = g_strsplit (copy, "\n", -1);
    g_autoptr (GString) whole = g_string_new (NULL);
    unsigned begin = 0;

    conf->file = g_strdup (file);
    conf->filters = g_ptr_array_new_with_free_func (filter_free);
    conf->daemons = g_ptr_array_new_with_free_func (daemon_free);
    conf->input = g_new0 (char *, 1);
    for (unsigned i = 0; lines[i] != NULL; i++) {
        bool continues = lines[i][0] == ' ' || lines[i][0] == '\t';
        if (!continues) {
            read_line (conf, whole->str, begin);
            g_string_truncate (whole, 0);
            begin = i + 1;
        }
        g_string_append (whole, g_strchomp (lines[i]));
    }
    read_line (conf, whole->str, begin);
    return conf;
}

void
mugai_sendmail_conf_free (MugaiSendmailConf *conf)
{
    if (conf == NULL)
        return;
    g_free (conf->file);
    g_ptr_array_unref (conf->filters);
    g_ptr_array_unref (conf->daemons);
    g_strfreev (conf->input);
    g_free (conf);
}

const MugaiSendmailFilter *
mugai_sendmail_conf_filter (const MugaiSendmailConf *conf, const char *name)
{
    for (guint i = conf->filters->len; i > 0; i--) {
        const MugaiSendmailFilter *filter = g_ptr_array_index (conf->filters, i - 1);
        if (strcmp (filter->name, name) == 0)
            return filter;
    }
    return NULL;
}
