/* SPDX-License-Identifier: Apache-2.0
 *
 * mugai rules init [PRESET]: a commented file to start from. An existing file is never touched.
 */
#include "cli/rules.h"

#include "base/fd.h"
#include "cli/cli.h"
#include "rules/preset.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <string.h>
#include <unistd.h>

static const char head[] =
    "# 無害化のルール（組織の設定）。\n"
    "#   1. ここを書き換える        2. mugai rules check このファイル\n"
    "#   3. mugai rules test 期待する結果.yaml -r このファイル\n"
    "#   4. mugai rules replay このファイル --since 30d（切り替える前の確認）\n"
    "#   5. /etc/mugai/rules.yaml に置いて mugai reload\n"
    "# 書き方は mugai-rules(5)。条件に書ける値は mugai facts ファイル で分かる。\n"
    "version: 1\n";
static const char tail[] =
    "language: ja                # お知らせの言語: ja | en\n"
    "\n"
    "body:\n"
    "  links: show               # show: 実際のアドレスを併記 | defang: クリックできない形 | drop: "
    "除く\n"
    "  notice: end               # お知らせの場所: end | start | attachment | none\n"
    "\n"
    "inner:                      # "
    "庁内のドメインと、認証結果を信じるメールサーバーの名前に書き換える\n"
    "  domains: [town.example.lg.jp]\n"
    "  trusted-authserv-id: mx.town.example.lg.jp\n"
    "\n"
    "limits:\n"
    "  item: 30MiB               # 1通の大きさ。一覧は mugai limits\n"
    "\n"
    "rules:                      # "
    "上から順に見て、最初に条件がそろったものを使う。続きはプリセット\n"
    "  - name: 実行形式やスクリプトは届けない\n"
    "    when: { family: [executable, script, shortcut, disk-image] }\n"
    "    then: withhold          # withhold: 渡さない | hold: 全体を確認待ち | reject: "
    "受け取らない\n"
    "\n"
    "  - name: なりすましの疑いがあるメールは担当者が確かめる\n"
    "    when: { from: \"*@*.lg.jp\", auth: { dmarc: fail } }\n"
    "    then: hold\n"
    "\n"
    "# 例外の書き方（期限を過ぎると使われなくなる）\n"
    "#  - name: 県からの記録（期限つき）\n"
    "#    when: { from: \"*@pref.example.lg.jp\", auth: { dmarc: pass }, type: text }\n"
    "#    do: [text-clean, link-defang]\n"
    "#    exception: { owner: 情報政策課, reason: 受入確認のため, until: 2027-03-31 }\n";

static const MugaiPreset *
find_preset (const char *name)
{
    for (const MugaiPreset *preset = mugai_presets; preset->name != NULL; preset++)
        if (strcmp (preset->name, name) == 0)
            return preset;
    return NULL;
}

/* @path: NULL: stdout. Returns: false with errno. */
static bool
write_text (const char *path, const char *text)
{
    size_t size = strlen (text), done = 0;
    mugai_autofd fd =
        path != NULL ? open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644) : dup (1);

    while (fd >= 0 && done < size) {
        ssize_t n = write (fd, text + done, size - done);
        if (n < 0 && errno != EINTR)
            break;
        done += n > 0 ? (size_t)n : 0;
    }
    if (fd >= 0 && done == size)
        return true;
    int saved = errno;
    if (fd >= 0 && path != NULL)
        unlink (path); /* ours: it did not exist before */
    errno = saved;
    return false;
}

int
mugai_cli_rules_init (int argc, char **argv)
{
    static const struct option options[] = { { "output", required_argument, NULL, 'o' },
                                             { "help", no_argument, NULL, 'h' },
                                             { 0 } };
    const char *output = NULL;
    int option;

    optind = 1;
    while ((option = getopt_long (argc, argv, "o:h", options, NULL)) >= 0) {
        if (option != 'o')
            return mugai_cli_rules_help (option == 'h');
        output = optarg;
    }
    const char *name = optind < argc ? argv[optind] : MUGAI_PRESET_DEFAULT;
    const MugaiPreset *preset = find_preset (name);
    if (argc - optind > 1 || preset == NULL) {
        g_autoptr (GString) names = g_string_new (NULL);
        for (const MugaiPreset *p = mugai_presets; p->name != NULL; p++)
            g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", p->name);
        return mugai_cli_usage ("rules init",
                                mugai_cli_text ("%s: no such preset; one of: %s",
                                                "%s：そのプリセットはありません。選べるもの：%s"),
                                argv[argc - 1], names->str);
    }
    g_autofree char *text = g_strdup_printf ("%spreset: %s\n%s", head, preset->name, tail);
    if (write_text (output, text))
        return MUGAI_EXIT_OK;
    return mugai_cli_usage (
        "rules init", "%s: %s%s", output != NULL ? output : "stdout", g_strerror (errno),
        errno == EEXIST ? mugai_cli_text ("; it is left as it is", "（上書きしません）") : "");
}
