/* SPDX-License-Identifier: Apache-2.0
 *
 * mugai: the command line. One table; one file per subcommand in src/cli/.
 */
#include "cli/cli.h"

#include <locale.h>
#include <string.h>

static const MugaiCommand commands[] = {
    { "sanitize", mugai_cli_sanitize, "make mails and files harmless: folders, files, or stdin to stdout",
      "メールやファイルを無害化する(フォルダー、ファイル、標準入出力)" },
    { "watch", mugai_cli_watch, "make harmless what is put into drop folders", "投入フォルダーに置かれたファイルを無害化する" },
    { "verify", mugai_cli_verify, "check that files are in the output profile", "無害化済みの形式に合うか検査する" },
    { "explain", mugai_cli_explain, "say what happened to an item, and why", "1件の判定と理由を説明する" },
    { "facts", mugai_cli_facts, "what a rule could match on, for each part of an item", "ルールの条件に書ける値を、パートごとに表示する" },
    { "rules", mugai_cli_rules, "check, list, test and begin rules", "ルールを検査・一覧・試験・作成する" },
    { "keep", mugai_cli_keep, "originals and audit log: list, show, release, expire, verify-log, reindex",
      "原本と監査ログを扱う" },
    { "report", mugai_cli_report, "what the gateway did over a time, and what was checked", "期間中の処理を集計し、適合状況を示す" },
    { "stats", mugai_cli_stats, "how often each rule decided", "ルールごとの適用回数を示す" },
    { "reload", mugai_cli_reload, "make a running mugaid read its rules again", "動作中のmugaidにルールを読み直させる" },
    { "status", mugai_cli_status, "what a running mugaid is doing", "動作中のmugaidの状態を表示する" },
    { "filters", mugai_cli_filters, "installed filters and their parameters", "導入済みフィルタと引数を一覧する" },
    { "types", mugai_cli_types, "content types that rules may name", "ルールに書けるファイル種別を一覧する" },
    { "limits", mugai_cli_limits, "limits, their defaults and reasons", "制限値と既定値、理由を一覧する" },
    { "doctor", mugai_cli_doctor, "check MTA settings and this host's sandbox",
      "MTAの設定と、このホストの隔離機能を点検する" },
};

static void
usage (FILE *out)
{
    fputs (mugai_cli_text ("usage: mugai COMMAND [OPTION...]\n\n", "使い方: mugai コマンド [オプション...]\n\n"), out);
    for (size_t i = 0; i < G_N_ELEMENTS (commands); i++)
        fprintf (out, "  %-9s %s\n", commands[i].name, mugai_cli_text (commands[i].en, commands[i].ja));
    fputs (mugai_cli_text ("\n  -h, --help  this list\n  --version   version\n"
                           "\n`mugai COMMAND --help` says more; see also mugai(1).\n",
                           "\n  -h, --help  この一覧\n  --version   版\n"
                           "\n詳しくは `mugai コマンド --help` または mugai(1) を見てください。\n"),
           out);
}

int
main (int argc, char **argv)
{
    setlocale (LC_CTYPE, "");
    if (argc >= 2 && strcmp (argv[1], "--version") == 0) {
        puts ("mugai " MUGAI_VERSION);
        return MUGAI_EXIT_OK;
    }
    if (argc < 2 || strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0) {
        usage (argc < 2 ? stderr : stdout);
        return argc < 2 ? MUGAI_EXIT_USAGE : MUGAI_EXIT_OK;
    }
    for (size_t i = 0; i < G_N_ELEMENTS (commands); i++)
        if (strcmp (argv[1], commands[i].name) == 0)
            return commands[i].run (argc - 1, argv + 1);
    fprintf (stderr, "mugai: ");
    mugai_cli_print (stderr, argv[1]);
    fputs (mugai_cli_text (": no such command; see mugai --help\n", ": そのようなコマンドはありません。mugai --help を見てください\n"),
           stderr);
    return MUGAI_EXIT_USAGE;
}
