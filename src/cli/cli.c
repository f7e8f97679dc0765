/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

#include "base/escape.h"
#include "core/error.h"

#include <getopt.h>
#include <string.h>

bool
mugai_cli_japanese (void)
{
    const char *names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

    for (size_t i = 0; i < G_N_ELEMENTS (names); i++) {
        const char *value = g_getenv (names[i]);
        if (value != NULL && *value != '\0')
            return g_str_has_prefix (value, "ja");
    }
    return false;
}

const char *
mugai_cli_text (const char *en, const char *ja)
{
    return mugai_cli_japanese() ? ja : en;
}

void
mugai_cli_print (FILE *out, const char *text)
{
    size_t length = strlen (text), room = 12 * length + 8;
    g_autofree char *escaped = g_malloc (room);

    fputs (mugai_escape (escaped, room, text, length), out);
}

static void
complain (const char *name, const char *text)
{
    fprintf (stderr, "mugai %s: ", name);
    mugai_cli_print (stderr, text);
    fputc ('\n', stderr);
}

int
mugai_cli_usage (const char *name, const char *format, ...)
{
    va_list args;

    va_start (args, format);
    g_autofree char *text = g_strdup_vprintf (format, args);
    va_end (args);
    complain (name, text);
    return MUGAI_EXIT_USAGE;
}

int
mugai_cli_wrong_option (char **argv)
{
    char letter[] = { '-', (char)optopt, '\0' };
    const char *what = optopt > 0 && optopt < 128 ? letter : argv[optind - 1];

    return mugai_cli_usage (
        argv[0],
        "%s: unknown option, or one that lacks its value or has too many; see mugai %s --help",
        what, argv[0]);
}

int
mugai_cli_error (const char *name, const GError *error)
{
    complain (name, error->message);
    if (error->domain != MUGAI_ERROR)
        return MUGAI_EXIT_USAGE;
    switch ((MugaiErrorCode)error->code) {
    case MUGAI_ERROR_USAGE:
        return MUGAI_EXIT_USAGE;
    case MUGAI_ERROR_MALFORMED:
    case MUGAI_ERROR_UNSUPPORTED:
    case MUGAI_ERROR_REFUSED:
        return MUGAI_EXIT_WITHHELD;
    case MUGAI_ERROR_LIMIT:
    case MUGAI_ERROR_DEADLINE:
    case MUGAI_ERROR_INTERNAL:
    case MUGAI_ERROR_RESOURCE:
        break;
    }
    return MUGAI_EXIT_LATER;
}
