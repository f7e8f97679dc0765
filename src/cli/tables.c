/* SPDX-License-Identifier: Apache-2.0
 *
 * mugai types, mugai limits, mugai filters: the tables that rules refer to.
 */
#include "cli/cli.h"

#include "base/limits.h"
#include "core/type.h"
#include "pool/programs.h"

#include <getopt.h>
#include <json-glib/json-glib.h>
#include <string.h>

/* Options that all three take. Returns: -1 to go on, else an exit code. */
static int
parse (int argc, char **argv, const char *help, bool *ret_json, GPtrArray *folders)
{
    static const struct option options[] = { { "json", no_argument, NULL, 'j' },
                                             { "filters", required_argument, NULL, 'f' },
                                             { "help", no_argument, NULL, 'h' },
                                             { 0 } };
    int option;

    optind = 1;
    opterr = 0;
    while ((option = getopt_long (argc, argv, "h", options, NULL)) >= 0) {
        if (option == 'j')
            *ret_json = true;
        else if (option == 'f' && folders != NULL)
            g_ptr_array_add (folders, optarg);
        else {
            if (option != 'h')
                return mugai_cli_wrong_option (argv);
            fputs (help, stdout);
            return MUGAI_EXIT_OK;
        }
    }
    return optind < argc ? mugai_cli_usage (argv[0], "%s: unexpected argument; see mugai %s --help",
                                            argv[optind], argv[0])
                         : -1;
}

static void
add_string (JsonBuilder *b, const char *name, const char *value)
{
    json_builder_set_member_name (b, name);
    json_builder_add_string_value (b, value != NULL ? value : "");
}

static void
add_integer (JsonBuilder *b, const char *name, gint64 value)
{
    json_builder_set_member_name (b, name);
    json_builder_add_int_value (b, value);
}

static void
add_boolean (JsonBuilder *b, const char *name, bool value)
{
    json_builder_set_member_name (b, name);
    json_builder_add_boolean_value (b, value);
}

static void
print_json (JsonBuilder *b)
{
    g_autoptr (JsonNode) root = json_builder_get_root (b);
    g_autofree char *json = json_to_string (root, TRUE);

    puts (json);
}

int
mugai_cli_types (int argc, char **argv)
{
    bool json = false;
    size_t count = 0;
    const MugaiType *types = mugai_type_table (&count);
    int code =
        parse (argc, argv,
               mugai_cli_text (
                   "usage: mugai types [--json]\nContent types: id, family, media type, name; * "
                   "may be delivered.\n",
                   "使い方: mugai types [--json]\nファイル種別(識別子、系統、メディア型、名称)。* "
                   "は届けられる形式です。\n"),
               &json, NULL);
    g_autoptr (JsonBuilder) b = json_builder_new();

    if (code >= 0)
        return code;
    json_builder_begin_array (b);
    for (size_t i = 0; i < count; i++) {
        if (!json) {
            printf ("%c %-12s %-13s %-42.42s %s\n", types[i].grammar != 0 ? '*' : ' ', types[i].id,
                    types[i].family, types[i].media, mugai_cli_text (types[i].en, types[i].ja));
            continue;
        }
        json_builder_begin_object (b);
        add_string (b, "id", types[i].id);
        add_string (b, "family", types[i].family);
        add_string (b, "media", types[i].media);
        add_string (b, "aliases", types[i].aliases);
        add_string (b, "extensions", types[i].extensions);
        add_string (b, "en", types[i].en);
        add_string (b, "ja", types[i].ja);
        add_boolean (b, "in_profile", types[i].grammar != 0);
        json_builder_end_object (b);
    }
    json_builder_end_array (b);
    if (json)
        print_json (b);
    return MUGAI_EXIT_OK;
}

static void
format_value (MugaiUnit unit, uint64_t value, char *out, size_t room)
{
    if (unit == MUGAI_UNIT_US)
        g_snprintf (out, (gulong)room, "%" G_GUINT64_FORMAT "s", value / 1000000);
    else if (unit == MUGAI_UNIT_BYTES && value % (1 << 20) == 0)
        g_snprintf (out, (gulong)room, "%" G_GUINT64_FORMAT "MiB", value >> 20);
    else if (unit == MUGAI_UNIT_BYTES && value % (1 << 10) == 0)
        g_snprintf (out, (gulong)room, "%" G_GUINT64_FORMAT "KiB", value >> 10);
    else
        g_snprintf (out, (gulong)room, "%" G_GUINT64_FORMAT, value);
}

int
mugai_cli_limits (int argc, char **argv)
{
    bool json = false;
    size_t count = 0;
    const MugaiLimitInfo *limits = mugai_limits_table (&count);
    int code = parse (argc, argv,
                      mugai_cli_text ("usage: mugai limits [--json]\nLimits for `limits:` in "
                                      "rules: default, range, reason.\n",
                                      "使い方: mugai limits [--json]\nルールの `limits:` "
                                      "に書ける制限値(既定値、範囲、理由)。\n"),
                      &json, NULL);
    g_autoptr (JsonBuilder) b = json_builder_new();

    if (code >= 0)
        return code;
    json_builder_begin_array (b);
    for (size_t i = 0; i < count; i++) {
        char value[32], min[32], max[32];
        format_value (limits[i].unit, limits[i].value, value, sizeof value);
        format_value (limits[i].unit, limits[i].min, min, sizeof min);
        format_value (limits[i].unit, limits[i].max, max, sizeof max);
        if (!json) {
            printf ("%-12s %10s  (%s - %s)\n             %s\n", limits[i].name, value, min, max,
                    mugai_cli_text (limits[i].why, limits[i].why_ja));
            continue;
        }
        json_builder_begin_object (b);
        add_string (b, "name", limits[i].name);
        add_string (b, "unit",
                    limits[i].unit == MUGAI_UNIT_US      ? "us"
                    : limits[i].unit == MUGAI_UNIT_BYTES ? "bytes"
                                                         : "count");
        add_integer (b, "default", (gint64)limits[i].value);
        add_integer (b, "min", (gint64)limits[i].min);
        add_integer (b, "max", (gint64)limits[i].max);
        add_string (b, "why", limits[i].why);
        add_string (b, "why_ja", limits[i].why_ja);
        json_builder_end_object (b);
    }
    json_builder_end_array (b);
    if (json)
        print_json (b);
    return MUGAI_EXIT_OK;
}

static const char *
runs_name (mugai_runs runs)
{
    switch (runs) {
    case MUGAI_RUNS_WALK:
        return "walk";
    case MUGAI_RUNS_ISOLATED:
        return "isolated";
    case MUGAI_RUNS_CONVERTER:
        return "converter";
    case MUGAI_RUNS_SUPERVISED:
        return "supervised";
    }
    return "unknown";
}

static void
filter_text (const MugaiCatalogueFilter *f)
{
    printf ("%s  (%s)\n  %s\n  %s: %s -> %s\n", f->name, runs_name (f->runs),
            mugai_cli_text (f->summary, f->summary_ja), mugai_cli_text ("types", "種別"), f->takes,
            f->gives);
    if (f->lacks != NULL)
        printf ("  %s: %s\n", mugai_cli_text ("cannot run here", "このホストでは動きません"),
                mugai_cli_text (f->lacks, f->lacks_ja));
    for (guint i = 0; i < f->params->len; i++) {
        const mugai_param *p = g_ptr_array_index (f->params, i);
        printf ("  %s (%s %s%s): %s\n", p->name, mugai_cli_text ("default", "既定値"), p->value,
                p->unit != NULL ? p->unit : "",
                mugai_cli_text (p->help, p->help_ja != NULL ? p->help_ja : p->help));
    }
}

static void
filter_json (JsonBuilder *b, const MugaiCatalogueFilter *f)
{
    json_builder_begin_object (b);
    add_string (b, "name", f->name);
    add_string (b, "summary", f->summary);
    add_string (b, "summary_ja", f->summary_ja);
    add_string (b, "takes", f->takes);
    add_string (b, "gives", f->gives);
    add_string (b, "runs", runs_name (f->runs));
    add_string (b, "file", f->file);
    add_boolean (b, "container", f->container);
    add_boolean (b, "deterministic", f->deterministic);
    add_string (b, "lacks", f->lacks);
    json_builder_set_member_name (b, "params");
    json_builder_begin_array (b);
    for (guint i = 0; i < f->params->len; i++) {
        const mugai_param *p = g_ptr_array_index (f->params, i);
        json_builder_begin_object (b);
        add_string (b, "name", p->name);
        add_string (b, "default", p->value);
        add_string (b, "unit", p->unit);
        add_string (b, "words", p->words);
        add_string (b, "help", p->help);
        add_string (b, "help_ja", p->help_ja);
        json_builder_end_object (b);
    }
    json_builder_end_array (b);
    json_builder_end_object (b);
}

int
mugai_cli_filters (int argc, char **argv)
{
    bool json = false;
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) folders = g_ptr_array_new();
    g_autoptr (JsonBuilder) b = json_builder_new();
    int code = parse (
        argc, argv,
        mugai_cli_text (
            "usage: mugai filters [--filters DIR]... [--json]\nInstalled filters and their "
            "parameters.\n",
            "使い方: mugai filters [--filters フォルダー]... [--json]\n導入済みフィルタと引数。\n"),
        &json, folders);

    if (code >= 0)
        return code;
    g_ptr_array_add (folders, NULL);
    g_autoptr (MugaiPrograms) programs =
        mugai_programs_find ((const char *const *)folders->pdata, &error);
    g_autoptr (MugaiCatalogue) catalogue =
        programs != NULL ? mugai_programs_describe (programs, &error) : NULL;
    if (catalogue == NULL)
        return mugai_cli_error ("filters", error);
    json_builder_begin_array (b);
    for (guint i = 0; i < catalogue->filters->len; i++)
        if (json)
            filter_json (b, g_ptr_array_index (catalogue->filters, i));
        else
            filter_text (g_ptr_array_index (catalogue->filters, i));
    json_builder_end_array (b);
    if (json)
        print_json (b);
    return MUGAI_EXIT_OK;
}
