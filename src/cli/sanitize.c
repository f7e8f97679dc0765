/* SPDX-License-Identifier: Apache-2.0
 *
 * mugai sanitize: options and help; batch.h does the work.
 */
#include "cli/batch.h"
#include "cli/cli.h"

#include <getopt.h>
#include <string.h>

typedef struct { /* options that may be repeated */
    GPtrArray *filters, *include, *exclude;
} Lists;

static void
usage (FILE *out)
{
    fputs (mugai_cli_text (
               "usage: mugai sanitize [OPTION...] -o DIR PATH...\n"
               "       mugai sanitize [OPTION...] < MAIL > MAIL\n\n"
               "  -r, --rules FILE    rules (default: the preset u-remove)\n"
               "  -o, --output DIR    where results go; a folder PATH keeps its own name below it\n"
               "  -j, --jobs N        items at once (default: one for each processor)\n"
               "      --include GLOB  only files whose name (or path, with a /) matches; may be "
               "repeated\n"
               "      --exclude GLOB  not what matches; may be repeated\n"
               "      --preserve-times  results get the modification times of their files\n"
               "      --resume        go on where a run was interrupted\n"
               "      --dry-run       say what would be done, write no result\n"
               "      --quiet         tell only what failed\n"
               "      --keep DIR      keep originals and an audit log there\n"
               "      --report FILE   write a JSON report (schema mugai.report/1)\n"
               "      --report-csv FILE   write a manifest for spreadsheets\n"
               "      --report-html DIR   write the report as static pages\n"
               "      --language LANG     of these pages: en or ja (default: the locale's)\n"
               "      --json          print the report to stdout (with -o)\n"
               "      --tombstones    a text in place of each withheld file\n"
               "      --date DATE     evaluation date, YYYY-MM-DD (default: now)\n"
               "      --filters DIR   a further folder of filters; may be repeated\n"
               "      --partial       accept a host that lacks a part of the sandbox\n"
               "      --help\n\n"
               "Exit: 0 all delivered (parts may be withheld), 1 an item was withheld whole,\n"
               "      2 usage or configuration, 75 try again later.\n",
               "使い方: mugai sanitize [オプション...] -o フォルダー パス...\n"
               "        mugai sanitize [オプション...] < メール > メール\n\n"
               "  -r, --rules FILE    ルール(省略時は既定のu-remove)\n"
               "  -o, --output DIR    結果の置き場所。フォルダーを渡すと、その名前の下に置く\n"
               "  -j, --jobs N        同時に処理する件数(省略時はプロセッサの数)\n"
               "      --include GLOB  名前(/を含めばパス)が合うファイルだけ(繰り返し可)\n"
               "      --exclude GLOB  合うものを除く(繰り返し可)\n"
               "      --preserve-times  結果に元のファイルの更新日時を付ける\n"
               "      --resume        中断した実行の続きをする\n"
               "      --dry-run       何が行われるかを示すだけで、結果を書かない\n"
               "      --quiet         失敗だけを表示する\n"
               "      --keep DIR      原本と監査ログをここに保管する\n"
               "      --report FILE   JSONの報告を書く(mugai.report/1)\n"
               "      --report-csv FILE   表計算用の一覧(CSV)を書く\n"
               "      --report-html DIR   報告を静的なHTMLで書く\n"
               "      --language LANG     HTMLの言語。en または ja(省略時はロケール)\n"
               "      --json          報告を標準出力に書く(-oと併用)\n"
               "      --tombstones    保留したファイルの代わりに説明文を置く\n"
               "      --date DATE     評価日 YYYY-MM-DD(省略時は現在)\n"
               "      --filters DIR   フィルタの追加フォルダー(繰り返し可)\n"
               "      --partial       隔離機能が一部欠けるホストでも動かす\n"
               "      --help\n\n"
               "終了コード: 0 すべて届けた(一部のパートを保留した場合を含む)、1 "
               "丸ごと保留したものがある、\n"
               "            2 使い方または設定の誤り、75 後で再試行\n"),
           out);
}

static bool
parse_date (const char *text, int64_t *ret_us)
{
    int year, month, day, end = 0;

    if (strspn (text, "0123456789-") != 10 || text[10] != '\0' ||
        sscanf (text, "%4d-%2d-%2d%n", &year, &month, &day, &end) != 3 || end != 10 || month < 1 ||
        day < 1 || year < 1)
        return false;
    g_autoptr (GDateTime) date = g_date_time_new_utc (year, month, day, 0, 0, 0);
    if (date != NULL)
        *ret_us = g_date_time_to_unix (date) * G_USEC_PER_SEC;
    return date != NULL;
}

enum {
    OPTION_KEEP = 256,
    OPTION_REPORT,
    OPTION_JSON,
    OPTION_TOMBSTONES,
    OPTION_DATE,
    OPTION_FILTERS,
    OPTION_PARTIAL,
    OPTION_INCLUDE,
    OPTION_EXCLUDE,
    OPTION_TIMES,
    OPTION_RESUME,
    OPTION_DRY_RUN,
    OPTION_QUIET,
    OPTION_CSV,
    OPTION_HTML,
    OPTION_LANGUAGE
};

/* Returns: -1 to go on, else an exit code. */
static int
take_option (int option, char **argv, MugaiBatchOptions *options, Lists *lists)
{
    guint64 number = 0;

    switch (option) {
    case 'r':
        options->session.rules = optarg;
        return -1;
    case 'o':
        options->output = optarg;
        return -1;
    case 'j':
        if (!g_ascii_string_to_unsigned (optarg, 10, 1, 256, &number, NULL))
            return mugai_cli_usage ("sanitize", "-j %s: expected a number from 1 to 256", optarg);
        options->session.active = (unsigned)number;
        return -1;
    case OPTION_KEEP:
        options->keep = optarg;
        return -1;
    case OPTION_REPORT:
        options->reports.json = optarg;
        return -1;
    case OPTION_JSON:
        options->reports.to_stdout = true;
        return -1;
    case OPTION_TOMBSTONES:
        options->tombstones = true;
        return -1;
    case OPTION_DATE:
        if (!parse_date (optarg, &options->date_us))
            return mugai_cli_usage ("sanitize", "--date %s: expected YYYY-MM-DD", optarg);
        options->date_given = true;
        return -1;
    case OPTION_FILTERS:
        g_ptr_array_add (lists->filters, optarg);
        return -1;
    case OPTION_PARTIAL:
        options->session.partial = true;
        return -1;
    case OPTION_INCLUDE:
        g_ptr_array_add (lists->include, optarg);
        return -1;
    case OPTION_EXCLUDE:
        g_ptr_array_add (lists->exclude, optarg);
        return -1;
    case OPTION_TIMES:
        options->preserve_times = true;
        return -1;
    case OPTION_RESUME:
        options->resume = true;
        return -1;
    case OPTION_DRY_RUN:
        options->dry_run = true;
        return -1;
    case OPTION_QUIET:
        options->quiet = true;
        return -1;
    case OPTION_CSV:
        options->reports.csv = optarg;
        return -1;
    case OPTION_HTML:
        options->reports.html = optarg;
        return -1;
    case OPTION_LANGUAGE:
        if (strcmp (optarg, "en") != 0 && strcmp (optarg, "ja") != 0)
            return mugai_cli_usage ("sanitize", "--language %s: expected en or ja", optarg);
        options->reports.japanese = strcmp (optarg, "ja") == 0;
        return -1;
    case 'h':
        usage (stdout);
        return MUGAI_EXIT_OK;
    default:
        return mugai_cli_wrong_option (argv);
    }
}

int
mugai_cli_sanitize (int argc, char **argv)
{
    static const struct option table[] = { { "rules", required_argument, NULL, 'r' },
                                           { "output", required_argument, NULL, 'o' },
                                           { "jobs", required_argument, NULL, 'j' },
                                           { "keep", required_argument, NULL, OPTION_KEEP },
                                           { "report", required_argument, NULL, OPTION_REPORT },
                                           { "json", no_argument, NULL, OPTION_JSON },
                                           { "tombstones", no_argument, NULL, OPTION_TOMBSTONES },
                                           { "date", required_argument, NULL, OPTION_DATE },
                                           { "filters", required_argument, NULL, OPTION_FILTERS },
                                           { "partial", no_argument, NULL, OPTION_PARTIAL },
                                           { "include", required_argument, NULL, OPTION_INCLUDE },
                                           { "exclude", required_argument, NULL, OPTION_EXCLUDE },
                                           { "preserve-times", no_argument, NULL, OPTION_TIMES },
                                           { "resume", no_argument, NULL, OPTION_RESUME },
                                           { "dry-run", no_argument, NULL, OPTION_DRY_RUN },
                                           { "quiet", no_argument, NULL, OPTION_QUIET },
                                           { "report-csv", required_argument, NULL, OPTION_CSV },
                                           { "report-html", required_argument, NULL, OPTION_HTML },
                                           { "language", required_argument, NULL, OPTION_LANGUAGE },
                                           { "help", no_argument, NULL, 'h' },
                                           { 0 } };
    g_autoptr (GPtrArray) filters = g_ptr_array_new();
    g_autoptr (GPtrArray) include = g_ptr_array_new();
    g_autoptr (GPtrArray) exclude = g_ptr_array_new();
    Lists lists = { filters, include, exclude };
    MugaiBatchOptions options = { .date_us = g_get_real_time(),
                                  .reports.japanese = mugai_cli_japanese() };
    int option;

    optind = 1;
    opterr = 0;
    while ((option = getopt_long (argc, argv, "r:o:j:h", table, NULL)) >= 0) {
        int code = take_option (option, argv, &options, &lists);
        if (code >= 0)
            return code;
    }
    g_ptr_array_add (filters, NULL);
    g_ptr_array_add (include, NULL);
    g_ptr_array_add (exclude, NULL);
    options.inputs.include = (const char *const *)include->pdata;
    options.inputs.exclude = (const char *const *)exclude->pdata;
    options.inputs.output = options.output;
    options.session.filters = (const char *const *)filters->pdata;
    options.session.quiet = true;
    if (optind < argc && options.output == NULL)
        return mugai_cli_usage ("sanitize", "where to? name an output folder with -o DIR");
    if (optind == argc && (options.output != NULL || options.reports.to_stdout))
        return mugai_cli_usage (
            "sanitize", "what? name files or folders, or leave -o and --json away to read stdin");
    return mugai_batch_run (&options, argv + optind);
}
