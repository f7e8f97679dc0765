/* SPDX-License-Identifier: Apache-2.0
 *
 * mugai facts ITEM: what a rule could match on, for each part. The item is run with rules in front
 * that never hold (rules/probe.h), so the values are those that the decision compares.
 */
#include "cli/cli.h"

#include "cli/trial.h"
#include "rules/condition.h"
#include "rules/probe.h"

#include <getopt.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <unistd.h>

typedef struct Options {
    const char *rules, *socket, *item;
    bool json, inspect, mail;
} Options;

static const char help_en[] =
    "usage: mugai facts [OPTION...] ITEM\n"
    "Show what a rule's `when` could match on, for each part. ITEM is a file (- for stdin) or a\n"
    "number or id of the keep (3fa9-01bc-77de). Nothing is kept and nothing is delivered.\n"
    "  -i, --inspect      also what needs a decoder: encrypted, signed, active, pages, pixels\n"
    "  -r, --rules FILE   rules that say which parts are opened; default: the preset u-remove\n"
    "  --mail             the file is a mail, also without .eml at the end of its name\n"
    "  --keep SOCKET      of mugai-keep; default " MUGAI_CLI_KEEP "\n"
    "  --json             for programs (mugai.facts/1)\n";
static const char help_ja[] =
    "使い方: mugai facts [オプション...] 対象\n"
    "ルールの条件（when）に書ける値を、パートごとに表示する。対象はファイル（-は標準入力）、\n"
    "または保管庫の受付番号かid（3fa9-01bc-77de）。保管も配送もしない。\n"
    "  -i, --inspect      中身を調べる値も表示する（暗号化、署名、マクロ等、ページ数、画素数）\n"
    "  -r, --rules FILE   どのパートを開くかを決めるルール。既定はプリセットu-remove\n"
    "  --mail             名前が.emlで終わらなくても、メールとして扱う\n"
    "  --keep SOCKET      mugai-keepのソケット。既定は" MUGAI_CLI_KEEP "\n"
    "  --json             プログラム向けに出力する（mugai.facts/1）\n";

/* Returns: -1 to go on, else an exit code. */
static int
parse (int argc, char **argv, Options *ret)
{
    static const struct option options[] = { { "inspect", no_argument, NULL, 'i' },
                                             { "rules", required_argument, NULL, 'r' },
                                             { "mail", no_argument, NULL, 'm' },
                                             { "keep", required_argument, NULL, 'k' },
                                             { "json", no_argument, NULL, 'j' },
                                             { "help", no_argument, NULL, 'h' },
                                             { 0 } };
    int option;

    optind = 1;
    while ((option = getopt_long (argc, argv, "ir:h", options, NULL)) >= 0) {
        if (option == 'i') {
            ret->inspect = true;
        } else if (option == 'r') {
            ret->rules = optarg;
        } else if (option == 'm') {
            ret->mail = true;
        } else if (option == 'k') {
            ret->socket = optarg;
        } else if (option == 'j') {
            ret->json = true;
        } else {
            fputs (mugai_cli_text (help_en, help_ja), option == 'h' ? stdout : stderr);
            return option == 'h' ? MUGAI_EXIT_OK : MUGAI_EXIT_USAGE;
        }
    }
    if (argc - optind != 1)
        return mugai_cli_usage (
            "facts", "%s",
            mugai_cli_text ("name one item: a file or a number of the keep",
                            "対象を一つ指定してください（ファイルか受付番号）"));
    ret->item = argv[optind];
    return -1;
}

static MugaiTrial *
load_item (const Options *options, GError **error)
{
    char prefix[MUGAI_ID_SIZE];

    if (strcmp (options->item, "-") == 0 || access (options->item, F_OK) == 0 ||
        !mugai_keep_id_prefix (options->item, prefix))
        return mugai_trial_file (options->item,
                                 options->mail || mugai_trial_is_mail (options->item), error);
    g_autoptr (MugaiKeepClient) client =
        mugai_keep_connect (options->socket, MUGAI_VERSION, MUGAI_KEEP_TIMEOUT_US, error);
    return client != NULL ? mugai_trial_kept (client, options->item, error) : NULL;
}

/* The probes stand first, in the order of the keys. */
static guint
count_probes (bool inspect)
{
    size_t count;
    const MugaiKeyInfo *keys = mugai_key_table (&count);
    guint probes = 0;

    for (size_t i = 0; i < count; i++)
        probes += inspect || !keys[i].inspect;
    return probes;
}

typedef void (*Each) (void *data, const MugaiTraceStep *fact);

static bool
each_fact (const MugaiReportPart *part, guint probes, bool of_item, Each each, void *data)
{
    bool any = false;

    for (guint i = 0; i < part->trace->len; i++) {
        const MugaiTraceStep *step = g_ptr_array_index (part->trace, i);
        if (step->rule >= probes || mugai_rules_probe_of_item (step->key) != of_item)
            continue;
        each (data, step);
        any = true;
    }
    return any;
}

/* --- for people --- */

static void
print_fact (void *data, const MugaiTraceStep *fact)
{
    const MugaiKeyInfo *info = mugai_key_by_name (fact->key);
    bool empty = fact->value[0] == '\0';

    (void)data;
    printf ("  %-12s", fact->key);
    mugai_cli_print (stdout, empty ? "\"\"" : fact->value);
    if (info != NULL)
        printf ("  (%s)", mugai_cli_text (info->en, info->ja));
    putchar ('\n');
}

static void
print_facts (const MugaiReport *report, guint probes)
{
    bool item = false;

    for (guint i = 0; i < report->parts->len; i++) {
        const MugaiReportPart *part = g_ptr_array_index (report->parts, i);
        if (part->trace->len == 0)
            continue;
        if (!item) {
            puts (mugai_cli_text ("item", "全体"));
            item = each_fact (part, probes, true, print_fact, NULL);
        }
        mugai_cli_print (stdout, part->path[0] != '\0' ? part->path
                                                       : mugai_cli_text ("(the item)", "（本体）"));
        putchar ('\n');
        each_fact (part, probes, false, print_fact, NULL);
    }
}

/* --- for programs --- */

static void
json_fact (void *data, const MugaiTraceStep *fact)
{
    JsonBuilder *b = data;

    json_builder_set_member_name (b, fact->key);
    if (strcmp (fact->value, "(unknown)") == 0)
        json_builder_add_null_value (b);
    else
        json_builder_add_string_value (b, fact->value);
}

static void
json_facts (const MugaiReport *report, guint probes)
{
    g_autoptr (JsonBuilder) b = json_builder_new();
    const MugaiReportPart *first = NULL;

    json_builder_begin_object (b);
    json_builder_set_member_name (b, "schema");
    json_builder_add_string_value (b, "mugai.facts/1");
    json_builder_set_member_name (b, "id");
    json_builder_add_string_value (b, report->id);
    json_builder_set_member_name (b, "parts");
    json_builder_begin_array (b);
    for (guint i = 0; i < report->parts->len; i++) {
        const MugaiReportPart *part = g_ptr_array_index (report->parts, i);
        if (part->trace->len == 0)
            continue;
        first = first != NULL ? first : part;
        json_builder_begin_object (b);
        json_builder_set_member_name (b, "path");
        json_builder_add_string_value (b, part->path);
        json_builder_set_member_name (b, "facts");
        json_builder_begin_object (b);
        each_fact (part, probes, false, json_fact, b);
        json_builder_end_object (b);
        json_builder_end_object (b);
    }
    json_builder_end_array (b);
    json_builder_set_member_name (b, "item");
    json_builder_begin_object (b);
    if (first != NULL)
        each_fact (first, probes, true, json_fact, b);
    json_builder_end_object (b);
    json_builder_end_object (b);
    g_autoptr (JsonNode) root = json_builder_get_root (b);
    g_autofree char *json = json_to_string (root, TRUE);
    puts (json);
}

int
mugai_cli_facts (int argc, char **argv)
{
    Options options = { .socket = MUGAI_CLI_KEEP };
    g_autoptr (GError) error = NULL;
    int code = parse (argc, argv, &options);

    if (code >= 0)
        return code;
    MugaiSessionOptions how = { .rules = options.rules, .active = 1, .quiet = true };
    g_autoptr (MugaiTrial) trial = load_item (&options, &error);
    g_autoptr (MugaiSession) session = trial != NULL ? mugai_session_open (&how, &error) : NULL;
    MugaiRules *rules = session != NULL ? mugai_rules_probe (mugai_pool_rules (session->pool),
                                                             options.inspect, &error)
                                        : NULL;
    if (rules == NULL)
        return mugai_cli_error ("facts", error);
    mugai_pool_set_rules (session->pool, rules);
    g_autoptr (MugaiReport) report = mugai_trial_one (session, g_steal_pointer (&trial), &error);
    if (report == NULL)
        return mugai_cli_error ("facts", error);
    if (options.json)
        json_facts (report, count_probes (options.inspect));
    else
        print_facts (report, count_probes (options.inspect));
    return MUGAI_EXIT_OK;
}
