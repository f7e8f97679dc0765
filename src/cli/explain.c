/* SPDX-License-Identifier: Apache-2.0
 *
 * mugai explain ITEM: what happened to an item of the keep, or what would happen to a file now. The
 * words come from the report that the decision itself wrote; a file is run through the same code as
 * the gateway's.
 */
#include "cli/cli.h"

#include "base/fd.h"
#include "base/memfd.h"
#include "cli/trial.h"
#include "core/error.h"
#include "core/explain.h"
#include "core/report-json.h"
#include "wire/keep.h"

#include <getopt.h>
#include <string.h>
#include <unistd.h>

typedef struct Options {
    const char *rules, *socket, *item;
    bool json, brief, mail;
    const char *lang;
} Options;

static const char help_en[] =
    "usage: mugai explain [OPTION...] ITEM\n"
    "Say what was done with an item and why. ITEM is a number or id of the keep (3fa9-01bc-77de),\n"
    "or a file (- for stdin), which is then run as the gateway would run it, and nothing is kept.\n"
    "  -r, --rules FILE   rules for a file; default: the preset u-remove. Also names the rules of a "
    "kept\n"
    "                     item, when they are those it was decided under\n"
    "  --keep SOCKET      of mugai-keep; default " MUGAI_CLI_KEEP "\n"
    "  --language LANG    ja or en; default: as LC_ALL, LC_MESSAGES or LANG say\n"
    "  --mail             the file is a mail as an MTA would hand it in\n"
    "  --brief            without the rules that did not match\n"
    "  --json             the report as JSON (mugai.report/1)\n";
static const char help_ja[] =
    "使い方: mugai explain [オプション...] 対象\n"
    "対象に何をしたか、その理由を説明する。対象は受付番号かid（3fa9-01bc-77de）、またはファイル\n"
    "（-は標準入力）。ファイルはゲートウェイと同じ処理にかけて説明し、保管はしない。\n"
    "  -r, --rules FILE   "
    "ファイルに使う規則。省くとプリセットu-remove。保管済みの対象では、判定時と\n"
    "                     同じ規則であれば規則の名前を示すのに使う\n"
    "  --keep SOCKET      mugai-keepのソケット。省くと" MUGAI_CLI_KEEP "\n"
    "  --language LANG    jaまたはen。省くとLC_ALL、LC_MESSAGES、LANGに従う\n"
    "  --mail             ファイルを、MTAから渡されたメールとして扱う\n"
    "  --brief            当てはまらなかった規則を省く\n"
    "  --json             報告をJSON（mugai.report/1）で出力する\n";

/* Returns: -1 to go on, else an exit code. */
static int
parse (int argc, char **argv, Options *ret)
{
    static const struct option options[] = {
        { "rules", required_argument, NULL, 'r' },    { "keep", required_argument, NULL, 'k' },
        { "language", required_argument, NULL, 'l' }, { "mail", no_argument, NULL, 'm' },
        { "brief", no_argument, NULL, 'b' },          { "json", no_argument, NULL, 'j' },
        { "help", no_argument, NULL, 'h' },           { 0 }
    };
    int option;

    optind = 1;
    while ((option = getopt_long (argc, argv, "r:h", options, NULL)) >= 0) {
        if (option == 'r') {
            ret->rules = optarg;
        } else if (option == 'k') {
            ret->socket = optarg;
        } else if (option == 'l') {
            ret->lang = optarg;
        } else if (option == 'm') {
            ret->mail = true;
        } else if (option == 'b') {
            ret->brief = true;
        } else if (option == 'j') {
            ret->json = true;
        } else {
            fputs (mugai_cli_text (help_en, help_ja), option == 'h' ? stdout : stderr);
            return option == 'h' ? MUGAI_EXIT_OK : MUGAI_EXIT_USAGE;
        }
    }
    if (argc - optind != 1)
        return mugai_cli_usage ("explain", "name one item: a number of the keep or a file; see "
                                           "mugai explain --help");
    if (ret->lang != NULL && strcmp (ret->lang, "ja") != 0 && strcmp (ret->lang, "en") != 0)
        return mugai_cli_usage ("explain", "--language %s: say ja or en", ret->lang);
    ret->item = argv[optind];
    return -1;
}

static MugaiReport *
read_report (int fd, GError **error)
{
    mugai_automap map = { 0 };

    if (fd < 0 || mugai_memfd_map (fd, MUGAI_KEEP_REPORT_MAX, &map) != 0) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_REFUSED, "there is no report of this item");
        return NULL;
    }
    return mugai_report_read (map.data, map.size, MUGAI_KEEP_REPORT_MAX, error);
}

/* --- a file --- */

static MugaiReport *
explain_file (const Options *options, MugaiEnvelope **ret_envelope, GError **error)
{
    g_autoptr (MugaiTrial) trial = mugai_trial_file (options->item, options->mail, error);
    unsigned answer = 0;
    mugai_autofd output = -1, report = -1;

    if (trial == NULL)
        return NULL;
    mugai_autofd envelope = mugai_session_envelope (trial->envelope, error);
    if (envelope < 0 || !mugai_cli_sanitize_one (options->rules, trial->content, envelope, &answer,
                                                 &output, &report, error))
        return NULL;
    *ret_envelope = g_steal_pointer (&trial->envelope);
    return read_report (report, error);
}

/* --- an item of the keep --- */

static MugaiReport *
explain_kept (const Options *options, GError **error)
{
    g_autoptr (MugaiKeepClient) client =
        mugai_keep_connect (options->socket, MUGAI_VERSION, MUGAI_KEEP_TIMEOUT_US, error);
    g_auto (MugaiKeepItem) item = { .report = -1, .content = -1, .envelope = -1 };

    if (client == NULL || !mugai_keep_get (client, options->item, MUGAI_KEEP_WANT_REPORT, &item,
                                           MUGAI_KEEP_TIMEOUT_US, error))
        return NULL;
    return read_report (item.report, error);
}

/* Names of the rules the report was made under; NULL when they are not at hand. */
static const char **
rule_names (const Options *options, const MugaiReport *report, MugaiRules **ret_rules)
{
    g_autoptr (MugaiRules) rules = mugai_rules_load (options->rules, NULL, NULL);
    GPtrArray *names = g_ptr_array_new();

    if (rules != NULL &&
        memcmp (mugai_rules_policy (rules), report->policy, MUGAI_SHA256_SIZE) == 0) {
        for (size_t i = 0; i < mugai_rules_count (rules); i++)
            g_ptr_array_add (names, (char *)mugai_rules_name (rules, i));
        *ret_rules = g_steal_pointer (&rules);
    }
    g_ptr_array_add (names, NULL);
    return (const char **)g_ptr_array_free (names, FALSE);
}

int
mugai_cli_explain (int argc, char **argv)
{
    Options options = { .socket = MUGAI_CLI_KEEP };
    g_autoptr (GError) error = NULL;
    g_autoptr (MugaiEnvelope) envelope = NULL;
    g_autoptr (MugaiRules) rules = NULL;
    char prefix[MUGAI_ID_SIZE];
    int code = parse (argc, argv, &options);

    if (code >= 0)
        return code;
    bool file = strcmp (options.item, "-") == 0 || access (options.item, F_OK) == 0 ||
                !mugai_keep_id_prefix (options.item, prefix);
    g_autoptr (MugaiReport) report =
        file ? explain_file (&options, &envelope, &error) : explain_kept (&options, &error);
    if (report == NULL)
        return mugai_cli_error ("explain", error);
    g_autofree const char **names = rule_names (&options, report, &rules);
    MugaiExplainOptions how = {
        .japanese = options.lang != NULL ? strcmp (options.lang, "ja") == 0 : mugai_cli_japanese(),
        .brief = options.brief,
        .kept = !file,
        .rules = names,
    };
    g_autofree char *text = options.json ? mugai_report_json (report, envelope, names, true)
                                         : mugai_explain (report, envelope, &how);
    printf ("%s%s", text, options.json ? "\n" : "");
    return MUGAI_EXIT_OK;
}
