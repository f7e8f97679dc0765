/* SPDX-License-Identifier: Apache-2.0
 *
 * mugai report: what the gateway did over a time, from the keep: tables, JSON, or two static pages
 * (the report, and for audits what was checked). mugai stats rules: how often each rule decided,
 * and which never did.
 */
#include "cli/cli.h"
#include "cli/keep-open.h"
#include "cli/report-shown.h"
#include "cli/rules.h"
#include "core/error.h"
#include "pool/programs.h"
#include "rules/units.h"

#include <getopt.h>
#include <string.h>
#include <unistd.h>

static void
shown_clear (MugaiReportShown *shown)
{
    g_clear_pointer (&shown->tally, mugai_tally_free);
    g_clear_pointer (&shown->rules, mugai_rules_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MugaiReportShown, shown_clear)

static const char help_en[] =
    "usage: mugai report [OPTION...]\n"
    "       mugai stats rules [OPTION...]\n"
    "report: what became of the items in the keep: by day, outcome, sender's domain, recipient's\n"
    "department, type, method, rule and reason. stats rules: how often each rule decided, and "
    "which\n"
    "never did.\n"
    "  --since TIME      received since then: 1d, 36h; default 1d (stats: 30d)\n"
    "  --until TIME      and before then, as long ago; default now\n"
    "  --html DIR        report: two static pages, index.html and conformity.html\n"
    "  --language LANG   report: of these pages, en or ja (default: the locale's)\n"
    "  --departments FILE  report: lines \"PATTERN NAME\" that give recipients to departments\n"
    "  -r, --rules FILE  the rules in force (default: " MUGAI_CLI_RULES ", else the preset)\n"
    "  --socket PATH     of mugai-keep; default " MUGAI_CLI_KEEP "\n"
    "  --dir DIR         the folder of a keep that is not running\n"
    "  --all             every line of every table\n"
    "  --json            for programs (schema mugai.keep-report/1)\n"
    "  -h, --help\n"
    "Exit: 0 done; 1 report: something does not add up; 2 usage; 75 try again later.\n";
static const char help_ja[] =
    "使い方: mugai report [オプション...]\n"
    "        mugai stats rules [オプション...]\n"
    "report: 保管庫の記録を、日、結果、送信元ドメイン、宛先の部署、種別、方法、ルール、理由ごとに\n"
    "集計する。stats rules: ルールごとの適用回数と、一度も使われなかったルールを示す。\n"
    "  --since TIME      それ以降に届いたもの(1d、36h)。既定は1d(statsは30d)\n"
    "  --until TIME      それより前に届いたもの(同じ書き方)。既定は現在まで\n"
    "  --html DIR        report: 静的な2枚のページ(index.htmlとconformity.html)を書く\n"
    "  --language LANG   report: ページの言語。en または ja(省略時はロケール)\n"
    "  --departments FILE  report: 宛先を部署に分ける「パターン 名前」の行\n"
    "  -r, --rules FILE  現在のルール(既定は" MUGAI_CLI_RULES "、なければプリセット)\n"
    "  --socket PATH     mugai-keepのソケット。既定は" MUGAI_CLI_KEEP "\n"
    "  --dir DIR         動いていない保管庫のフォルダー\n"
    "  --all             表を省略せずに示す\n"
    "  --json            プログラム向けに出力する(mugai.keep-report/1)\n"
    "  -h, --help\n"
    "終了コード: 0 完了、1 reportで数の合わないものがある、2 使い方の誤り、75 後で再試行\n";

static bool
all_right (const MugaiReportShown *shown)
{
    MugaiReportCheck checks[MUGAI_REPORT_CHECKS];
    bool right = true;

    mugai_report_checks (shown, checks);
    for (size_t i = 0; i < MUGAI_REPORT_CHECKS; i++)
        right = right && checks[i].checked && checks[i].wrong == 0;
    return right;
}

/* ---- options and order of work */

static int
parse (int argc, char **argv, MugaiReportOptions *ret)
{
    static const struct option options[] = { { "since", required_argument, NULL, 's' },
                                             { "until", required_argument, NULL, 'u' },
                                             { "html", required_argument, NULL, 'H' },
                                             { "language", required_argument, NULL, 'l' },
                                             { "departments", required_argument, NULL, 'd' },
                                             { "rules", required_argument, NULL, 'r' },
                                             { "socket", required_argument, NULL, 'S' },
                                             { "dir", required_argument, NULL, 'D' },
                                             { "all", no_argument, NULL, 'a' },
                                             { "json", no_argument, NULL, 'j' },
                                             { "help", no_argument, NULL, 'h' },
                                             { 0 } };
    const struct {
        int option;
        const char **at;
    } texts[] = { { 's', &ret->since },       { 'u', &ret->until }, { 'H', &ret->html },
                  { 'l', &ret->language },    { 'r', &ret->rules }, { 'S', &ret->socket },
                  { 'd', &ret->departments }, { 'D', &ret->dir } };
    int option;

    optind = 1;
    opterr = 0;
    while ((option = getopt_long (argc, argv, "r:h", options, NULL)) >= 0) {
        if (option == 'h') {
            fputs (mugai_cli_text (help_en, help_ja), stdout);
            return MUGAI_EXIT_OK;
        }
        if (option == '?')
            return mugai_cli_wrong_option (argv);
        ret->all = ret->all || option == 'a';
        ret->json = ret->json || option == 'j';
        for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
            if (texts[i].option == option)
                *texts[i].at = optarg;
    }
    if (optind < argc)
        return mugai_cli_usage (argv[0], "%s: unexpected argument; see mugai %s --help",
                                argv[optind], argv[0]);
    ret->japanese =
        ret->language != NULL ? strcmp (ret->language, "ja") == 0 : mugai_cli_japanese();
    if (ret->language != NULL && !ret->japanese && strcmp (ret->language, "en") != 0)
        return mugai_cli_usage (argv[0], "--language %s: write en or ja", ret->language);
    if (ret->rules == NULL && access (MUGAI_CLI_RULES, F_OK) == 0)
        ret->rules = MUGAI_CLI_RULES;
    return -1;
}

static bool
take_time (const char *name, const char *text, int64_t now_us, int64_t *ret, GError **error)
{
    uint64_t span_us = 0;

    if (!mugai_units_parse (MUGAI_UNIT_US, text, &span_us) || span_us > (uint64_t)now_us) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE, "%s %s: write 30d or 36h", name, text);
        return false;
    }
    *ret = now_us - (int64_t)span_us;
    return true;
}

static MugaiRules *
load_rules (const MugaiReportOptions *options, GError **error)
{
    g_autoptr (MugaiPrograms) programs = mugai_programs_find (NULL, error);
    g_autoptr (MugaiCatalogue) catalogue =
        programs != NULL ? mugai_programs_describe (programs, error) : NULL;

    return catalogue != NULL ? mugai_rules_load (options->rules, catalogue, error) : NULL;
}

/* @audit: check the audit log too. */
static bool
gather (MugaiReportShown *shown, bool audit, GError **error)
{
    const MugaiReportOptions *options = shown->options;
    g_auto (MugaiKeepOpened) keep = { 0 };
    g_autoptr (GPtrArray) departments =
        options->departments != NULL ? mugai_departments_load (options->departments, error) : NULL;

    shown->now_us = g_get_real_time();
    shown->until_us = shown->now_us;
    if ((options->departments != NULL && departments == NULL) ||
        !take_time ("--since", options->since, shown->now_us, &shown->since_us, error) ||
        (options->until != NULL &&
         !take_time ("--until", options->until, shown->now_us, &shown->until_us, error)))
        return false;
    shown->rules = load_rules (options, error);
    if (shown->rules == NULL || !mugai_keep_open (options->socket, options->dir, &keep, error))
        return false;
    MugaiTallyOptions how = { .since_us = shown->since_us,
                              .until_us = shown->until_us,
                              .departments = departments,
                              .progress = !options->json && isatty (2) };
    shown->tally = mugai_tally_keep (keep.client, &how, error);
    if (shown->tally != NULL && audit)
        shown->log_checked = mugai_keep_verify_log (keep.client, NULL, NULL, &shown->log,
                                                    MUGAI_KEEP_TIMEOUT_US, NULL);
    return shown->tally != NULL;
}

int
mugai_cli_report (int argc, char **argv)
{
    MugaiReportOptions options = { .since = "1d" };
    g_auto (MugaiReportShown) shown = { .options = &options };
    g_autoptr (GError) error = NULL;
    int code = parse (argc, argv, &options);

    if (code >= 0)
        return code;
    if (!gather (&shown, true, &error) ||
        (options.html != NULL && !mugai_report_pages (&shown, &error)))
        return mugai_cli_error ("report", error);
    if (options.json)
        mugai_report_print_json (&shown);
    else if (options.html == NULL)
        mugai_report_print (&shown);
    return all_right (&shown) ? MUGAI_EXIT_OK : MUGAI_EXIT_WITHHELD;
}

int
mugai_cli_stats (int argc, char **argv)
{
    MugaiReportOptions options = { .since = "30d" };
    g_auto (MugaiReportShown) shown = { .options = &options };
    g_autoptr (GError) error = NULL;

    if (argc >= 2 && (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0)) {
        fputs (mugai_cli_text (help_en, help_ja), stdout);
        return MUGAI_EXIT_OK;
    }
    if (argc < 2 || strcmp (argv[1], "rules") != 0)
        return mugai_cli_usage ("stats", "say `mugai stats rules`; see mugai stats --help");
    int code = parse (argc - 1, argv + 1, &options);
    if (code >= 0)
        return code;
    if (!gather (&shown, false, &error))
        return mugai_cli_error ("stats", error);
    mugai_report_print_rules (&shown);
    return MUGAI_EXIT_OK;
}
