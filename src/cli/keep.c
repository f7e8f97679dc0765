/* SPDX-License-Identifier: Apache-2.0
 *
 * mugai keep: look at what is kept, release, expire, check the log. Talks to the running
 * mugai-keep, or with --dir starts one on a folder for the time of the command. This file: options
 * and the connection; keep-act.c does the work.
 */
#include "cli/cli.h"
#include "cli/keep-act.h"
#include "cli/keep-open.h"
#include "core/error.h"
#include "pool/programs.h"
#include "rules/units.h"

#include <getopt.h>
#include <string.h>


static const char help_en[] =
    "usage: mugai keep COMMAND [OPTION...]\n"
    "  list [--state STATE]... [--since TIME] [--limit N]   items, newest first\n"
    "  show ID [--original -o FILE]                         one item; its original as it came "
    "(audited)\n"
    "  release ID [-r RULES] [--smtp HOST:PORT]             sanitize the original again, hand it "
    "on by SMTP\n"
    "  expire [--older-than TIME] [--dry-run]               remove old originals (audited)\n"
    "  verify-log                                           check the audit log; exit 1: it was "
    "changed\n"
    "  reindex                                              make the index again from log and "
    "originals\n"
    "ID is 32 hexadecimal digits or a number like 3fa9-01bc-77de.\n\n"
    "  --state STATE      received, handed-over, held, rejected, deferred, untouched, released,\n"
    "                     superseded, expired; held also shows mail whose notice may not have "
    "left\n"
    "  --since TIME       2026-11-20, 2026-11-20T09:00 (local), or 36h, 7d ago\n"
    "  --limit N          most items; default 100\n"
    "  --original         write the mail as it came to the file of -o (- for standard output)\n"
    "  -o, --output FILE  must not exist yet\n"
    "  -r, --rules FILE   rules for the release; default " MUGAI_CLI_CONFIG
    " is not read: preset u-remove\n"
    "  --smtp HOST:PORT   service that takes released mail, without milters; default "
    "127.0.0.1:10026\n"
    "  --smtp-anywhere    HOST need not be this host\n"
    "  --older-than TIME  90d, 12h; default: the retention of the keep\n"
    "  --dry-run          only say how much would go\n"
    "  --socket PATH      of mugai-keep; default " MUGAI_CLI_KEEP "\n"
    "  --dir DIR          instead: a folder that no mugai-keep is working on\n"
    "  --json             for programs\n\n"
    "Exit status: 0 done, 1 refused or the log was changed, 2 wrong usage, 75 try again later.\n";
static const char help_ja[] =
    "使い方: mugai keep コマンド [オプション...]\n"
    "  list [--state 状態]... [--since 日時] [--limit 件数]  一覧(新しい順)\n"
    "  show ID [--original -o ファイル]                      "
    "1件を表示、または原本を取り出す(記録される)\n"
    "  release ID [-r 規則] [--smtp ホスト:ポート]           原本をもう一度無害化し、SMTPで渡す\n"
    "  expire [--older-than 期間] [--dry-run]                古い原本を消す(記録される)\n"
    "  verify-log                                            監査ログを検査する。終了コード1: "
    "改変あり\n"
    "  reindex                                               索引をログと原本から作り直す\n"
    "IDは16進32桁、または 3fa9-01bc-77de のような受付番号。\n\n"
    "  --state 状態       received, handed-over, held, rejected, deferred, untouched, released,\n"
    "                     superseded, expired。heldは通知が届いたか未確認のものも示す\n"
    "  --since 日時       2026-11-20、2026-11-20T09:00(現地時刻)、または36h、7d(前)\n"
    "  --limit 件数       既定は100\n"
    "  --original         届いたままのメールを -o のファイルに書く(- は標準出力)\n"
    "  -o, --output ファイル  まだ存在しないこと\n"
    "  -r, --rules 規則   解放に使う規則。省くとプリセットu-remove\n"
    "  --smtp ホスト:ポート  解放したメールを受けるサービス(milterなし)。既定は127.0.0.1:10026\n"
    "  --smtp-anywhere    このホスト以外でもよい\n"
    "  --older-than 期間  90d、12hなど。既定はkeepの保存期間\n"
    "  --dry-run          消える量だけを示す\n"
    "  --socket パス      mugai-keepのソケット。既定は" MUGAI_CLI_KEEP "\n"
    "  --dir フォルダ     代わりに、動いていないkeepのフォルダ\n"
    "  --json             プログラム向け\n\n"
    "終了コード: 0 完了、1 拒否またはログの改変、2 使い方の誤り、75 後で再試行。\n";

/* Which option belongs to which command. */
enum {
    LIST = 1 << 0,
    SHOW = 1 << 1,
    RELEASE = 1 << 2,
    EXPIRE = 1 << 3,
    VERIFY = 1 << 4,
    REINDEX = 1 << 5,
    ALL = (1 << 6) - 1,
};

static const struct {
    const char *name;
    unsigned bit;
    bool takes_id;
    int (*act) (MugaiKeepClient *client, const MugaiKeepOptions *options);
} commands[] = {
    { "list", LIST, false, mugai_keep_act_list },
    { "show", SHOW, true, mugai_keep_act_show },
    { "release", RELEASE, true, mugai_keep_act_release },
    { "expire", EXPIRE, false, mugai_keep_act_expire },
    { "verify-log", VERIFY, false, mugai_keep_act_verify },
    { "reindex", REINDEX, false, mugai_keep_act_reindex },
};

static const struct option options[] = {
    { "state", required_argument, NULL, 's' },
    { "since", required_argument, NULL, 't' },
    { "limit", required_argument, NULL, 'n' },
    { "original", no_argument, NULL, 'O' },
    { "output", required_argument, NULL, 'o' },
    { "rules", required_argument, NULL, 'r' },
    { "smtp", required_argument, NULL, 'm' },
    { "smtp-anywhere", no_argument, NULL, 'M' },
    { "older-than", required_argument, NULL, 'e' },
    { "dry-run", no_argument, NULL, 'd' },
    { "socket", required_argument, NULL, 'S' },
    { "dir", required_argument, NULL, 'D' },
    { "json", no_argument, NULL, 'j' },
    { "help", no_argument, NULL, 'h' },
    { 0 },
};

static unsigned
commands_of (int option)
{
    switch (option) {
    case 's':
    case 't':
    case 'n':
        return LIST;
    case 'O':
    case 'o':
        return SHOW;
    case 'r':
    case 'm':
    case 'M':
        return RELEASE;
    case 'e':
    case 'd':
        return EXPIRE;
    default:
        return ALL;
    }
}

/* 2026-11-20, 2026-11-20T09:00, 36h. */
static bool
parse_since (const char *text, int64_t *ret_us)
{
    uint64_t ago_us = 0;
    g_autoptr (GTimeZone) zone = g_time_zone_new_local();
    g_autofree char *full = NULL;

    if (mugai_units_parse (MUGAI_UNIT_US, text, &ago_us)) {
        *ret_us = g_get_real_time() - (int64_t)MIN (ago_us, (uint64_t)g_get_real_time());
        return true;
    }
    size_t n = strlen (text);
    full = g_strconcat (text, n == 10 ? "T00:00:00" : n == 16 ? ":00" : "", NULL);
    g_autoptr (GDateTime) t = g_date_time_new_from_iso8601 (full, zone);
    if (t == NULL)
        return false;
    *ret_us = g_date_time_to_unix (t) * G_USEC_PER_SEC;
    return true;
}

static bool
add_state (const char *text, MugaiKeepOptions *ret)
{
    unsigned state = mugai_keep_state_from_name (text);

    if (state == 0)
        return false;
    ret->query.states |= 1u << state;
    if (state == MUGAI_KEEP_HELD)
        ret->query.states |= 1u << MUGAI_KEEP_HOLDING;
    return true;
}

/* Returns: -1 to go on, else an exit code. */
static int
take_value (int option, const char *value, MugaiKeepOptions *ret)
{
    uint64_t number = 0;

    if (option == 's' && !add_state (value, ret))
        return mugai_cli_usage ("keep", "--state %s: no such state; see mugai keep --help", value);
    if (option == 't' && !parse_since (value, &ret->query.since_us))
        return mugai_cli_usage ("keep", "--since %s: write 2026-11-20, 2026-11-20T09:00 or 36h",
                                value);
    if (option == 'n') {
        if (!mugai_units_parse (MUGAI_UNIT_COUNT, value, &number) || number == 0 || number > 50000)
            return mugai_cli_usage ("keep", "--limit %s: a number from 1 to 50000", value);
        ret->query.limit = (uint32_t)number;
    }
    if (option == 'e') {
        if (!mugai_units_parse (MUGAI_UNIT_US, value, &number) || number == 0 || number > INT64_MAX)
            return mugai_cli_usage ("keep", "--older-than %s: a time such as 90d or 12h", value);
        ret->older_than_us = (int64_t)number;
    }
    return -1;
}

static int
take_option (int option, MugaiKeepOptions *ret)
{
    if (option == 'O')
        ret->original = true;
    else if (option == 'o')
        ret->output = optarg;
    else if (option == 'r')
        ret->rules = optarg;
    else if (option == 'm')
        ret->smtp = optarg;
    else if (option == 'M')
        ret->smtp_anywhere = true;
    else if (option == 'd')
        ret->dry_run = true;
    else if (option == 'S')
        ret->socket = optarg;
    else if (option == 'D')
        ret->dir = optarg;
    else if (option == 'j')
        ret->json = true;
    else
        return take_value (option, optarg, ret);
    return -1;
}

static int
parse (int argc, char **argv, size_t which, MugaiKeepOptions *ret)
{
    int option, code = -1;

    optind = 1;
    opterr = 0;
    while (code < 0 && (option = getopt_long (argc, argv, "o:r:h", options, NULL)) >= 0) {
        if (option == 'h') {
            fputs (mugai_cli_text (help_en, help_ja), stdout);
            return MUGAI_EXIT_OK;
        }
        if (option == '?')
            return mugai_cli_usage ("keep",
                                    "%s: wrong option or a missing value; see mugai keep --help",
                                    argv[optind - 1]);
        if ((commands_of (option) & commands[which].bit) == 0)
            return mugai_cli_usage ("keep", "%s does not take that option; see mugai keep --help",
                                    commands[which].name);
        code = take_option (option, ret);
    }
    if (code >= 0)
        return code;
    if (argc - optind != (commands[which].takes_id ? 1 : 0))
        return mugai_cli_usage ("keep",
                                commands[which].takes_id
                                    ? "%s: name one item; see mugai keep --help"
                                    : "%s takes no argument; see mugai keep --help",
                                commands[which].name);
    ret->id = commands[which].takes_id ? argv[optind] : NULL;
    if (ret->original != (ret->output != NULL))
        return mugai_cli_usage ("keep", "--original and -o FILE go together");
    if (ret->dir != NULL && ret->socket != NULL)
        return mugai_cli_usage ("keep", "--dir or --socket, not both");
    return -1;
}

static int
run (size_t which, const MugaiKeepOptions *o)
{
    g_autoptr (GError) error = NULL;
    g_auto (MugaiKeepOpened) keep = { 0 };

    if (!mugai_keep_open (o->socket, o->dir, &keep, &error))
        return mugai_cli_error ("keep", error);
    return commands[which].act (keep.client, o);
}

int
mugai_cli_keep (int argc, char **argv)
{
    MugaiKeepOptions o = { .smtp = "127.0.0.1:10026" };

    if (argc < 2 || strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0) {
        fputs (mugai_cli_text (help_en, help_ja), argc < 2 ? stderr : stdout);
        return argc < 2 ? MUGAI_EXIT_USAGE : MUGAI_EXIT_OK;
    }
    for (size_t i = 0; i < G_N_ELEMENTS (commands); i++) {
        if (strcmp (argv[1], commands[i].name) != 0)
            continue;
        int code = parse (argc - 1, argv + 1, i, &o);
        if (code < 0)
            code = run (i, &o);
        return fflush (stdout) == 0 ? code
                                    : mugai_cli_usage ("keep", "cannot write to standard output");
    }
    return mugai_cli_usage ("keep", "%s: no such command; see mugai keep --help", argv[1]);
}
