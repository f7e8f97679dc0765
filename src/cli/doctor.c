/* SPDX-License-Identifier: Apache-2.0
 *
 * mugai doctor: roads around the milter in the settings of Postfix or Sendmail, and what this host
 * lacks. It reads and tries; it changes nothing.
 */
#include "cli/cli.h"

#include "cli/doctor-finding.h"
#include "cli/doctor-host.h"
#include "cli/doctor-postfix.h"
#include "cli/doctor-print.h"
#include "cli/doctor-sendmail.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define POSTFIX  "/etc/postfix/main.cf"
#define SENDMAIL "/etc/mail/sendmail.cf"

enum { NO_HOST = 256 };

typedef struct {
    const char *postfix, *master, *sendmail, *config; /* NULL: not given */
    bool json, no_host;
} Options;

static const char help_en[] =
    "usage: mugai doctor [OPTION...]\n"
    "Look for roads around the milter in the settings of Postfix or Sendmail, and for what this\n"
    "host lacks. Without --postfix and --sendmail: " POSTFIX " and " SENDMAIL "\n"
    "where they exist. Nothing is changed.\n"
    "  --postfix FILE   main.cf to check\n"
    "  --master FILE    its master.cf (default: beside it, where it exists)\n"
    "  --sendmail FILE  sendmail.cf to check\n"
    "  --config FILE    settings of mugaid (default " MUGAI_CLI_CONFIG " where it exists)\n"
    "  --no-host        check files only, not this host (settings of another host)\n"
    "  --json           for programs\n"
    "Exit 0: no problem (there may be warnings), 1: problems, 2: wrong usage, unreadable file.\n";
static const char help_ja[] =
    "使い方: mugai doctor [オプション...]\n"
    "PostfixやSendmailの設定にMugaiを通らない抜け道がないか、このホストに足りないものがないかを\n"
    "点検します。--postfixも--sendmailも省くと、" POSTFIX " と\n" SENDMAIL
    " のうちあるものを調べます。何も変更しません。\n"
    "  --postfix FILE   点検するmain.cf\n"
    "  --master FILE    そのmaster.cf（省くと同じ場所にあるもの）\n"
    "  --sendmail FILE  点検するsendmail.cf\n"
    "  --config FILE    mugaidの設定（省くと" MUGAI_CLI_CONFIG "、あれば）\n"
    "  --no-host        ファイルだけを点検し、このホストは調べない（別のホストの設定を見るとき）\n"
    "  --json           プログラム向けに出力する\n"
    "終了コード 0: 問題なし（注意はありうる） 1: 問題あり 2: 使い方の誤り、読めないファイル\n";

/* Returns: -1 to go on, else an exit code. */
static int
parse (int argc, char **argv, Options *ret)
{
    static const struct option options[] = {
        { "postfix", required_argument, NULL, 'p' },  { "master", required_argument, NULL, 'm' },
        { "sendmail", required_argument, NULL, 's' }, { "config", required_argument, NULL, 'c' },
        { "no-host", no_argument, NULL, NO_HOST },    { "json", no_argument, NULL, 'j' },
        { "help", no_argument, NULL, 'h' },           { 0 }
    };
    int option;

    optind = 1;
    while ((option = getopt_long (argc, argv, "h", options, NULL)) >= 0) {
        if (option == 'p')
            ret->postfix = optarg;
        else if (option == 'm')
            ret->master = optarg;
        else if (option == 's')
            ret->sendmail = optarg;
        else if (option == 'c')
            ret->config = optarg;
        else if (option == NO_HOST)
            ret->no_host = true;
        else if (option == 'j')
            ret->json = true;
        else {
            fputs (mugai_cli_text (help_en, help_ja), option == 'h' ? stdout : stderr);
            return option == 'h' ? MUGAI_EXIT_OK : MUGAI_EXIT_USAGE;
        }
    }
    if (optind < argc)
        return mugai_cli_usage ("doctor", "%s: unexpected argument; see mugai doctor --help",
                                argv[optind]);
    if (ret->master != NULL && ret->postfix == NULL)
        return mugai_cli_usage ("doctor", "--master needs --postfix");
    return -1;
}

/* A whole file of at most @max bytes. Returns: NULL after saying why. */
static GBytes *
read_file (const char *path, size_t max)
{
    g_autoptr (GError) error = NULL;
    struct stat s;
    char *text = NULL;
    gsize size = 0;

    if (stat (path, &s) == 0 && (!S_ISREG (s.st_mode) || (uint64_t)s.st_size > max)) {
        mugai_cli_usage ("doctor", "%s: not a plain file of at most %zu bytes", path, max);
        return NULL;
    }
    if (!g_file_get_contents (path, &text, &size, &error)) {
        mugai_cli_usage ("doctor", "%s; name a readable file", error->message);
        return NULL;
    }
    return g_bytes_new_take (text, size);
}

/* A table that a setting names; quietly. */
static char *
read_table (const char *path)
{
    struct stat s;
    char *text = NULL;

    if (stat (path, &s) != 0 || !S_ISREG (s.st_mode) || s.st_size > MUGAI_POSTFIX_FILE_MAX)
        return NULL;
    return g_file_get_contents (path, &text, NULL, NULL) ? text : NULL;
}

static char *
beside (const char *file, const char *name)
{
    g_autofree char *folder = g_path_get_dirname (file);

    return g_build_filename (folder, name, NULL);
}

static bool
check_postfix (const Options *options, const MugaiDoctorSite *site, GPtrArray *list,
               GPtrArray *files)
{
    g_autoptr (GBytes) main_cf = read_file (options->postfix, MUGAI_POSTFIX_FILE_MAX);
    g_autofree char *near = beside (options->postfix, "master.cf");
    const char *master = options->master != NULL    ? options->master
                         : access (near, F_OK) == 0 ? near
                                                    : NULL;
    gsize size;

    if (main_cf == NULL)
        return false;
    const char *text = g_bytes_get_data (main_cf, &size);
    g_autoptr (MugaiPostfixConf) conf =
        mugai_postfix_conf_new (options->postfix, text != NULL ? text : "", size);
    g_ptr_array_add (files, g_strdup (options->postfix));
    if (master != NULL) {
        g_autoptr (GBytes) master_cf = read_file (master, MUGAI_POSTFIX_FILE_MAX);
        if (master_cf == NULL)
            return false;
        text = g_bytes_get_data (master_cf, &size);
        mugai_postfix_conf_master (conf, master, text != NULL ? text : "", size);
        g_ptr_array_add (files, g_strdup (master));
    }
    mugai_doctor_postfix (list, conf, site);
    return true;
}

static bool
check_sendmail (const char *file, const MugaiDoctorSite *site, GPtrArray *list, GPtrArray *files)
{
    g_autoptr (GBytes) cf = read_file (file, MUGAI_SENDMAIL_FILE_MAX);
    g_autofree char *submit = beside (file, "submit.cf");
    gsize size;

    if (cf == NULL)
        return false;
    const char *text = g_bytes_get_data (cf, &size);
    g_autoptr (MugaiSendmailConf) conf =
        mugai_sendmail_conf_new (file, text != NULL ? text : "", size);
    g_ptr_array_add (files, g_strdup (file));
    mugai_doctor_sendmail (list, conf, site, access (submit, F_OK) == 0);
    return true;
}

static bool
check_files (const Options *options, const MugaiDoctorSite *site, GPtrArray *list, GPtrArray *files)
{
    if (options->postfix == NULL && options->sendmail == NULL)
        mugai_doctor_add (list, MUGAI_DOCTOR_WARNING, "host.mta", NULL, 0, NULL);
    return (options->postfix == NULL || check_postfix (options, site, list, files)) &&
           (options->sendmail == NULL || check_sendmail (options->sendmail, site, list, files));
}

static int
examine (const Options *options, const MugaiConfig *config)
{
    g_autoptr (GPtrArray) list = mugai_doctor_list_new();
    g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
    MugaiDoctorHost host = { .config = config, .sendmail = options->sendmail != NULL };

    if (*config->file != '\0')
        g_ptr_array_add (files, g_strdup (config->file));
    if (options->no_host) {
        mugai_doctor_host_rules (&host, NULL);
        if (host.rules_error != NULL)
            mugai_doctor_add (list, MUGAI_DOCTOR_PROBLEM, "host.rules", config->rules, 0, "%s",
                              host.rules_error);
    } else {
        mugai_doctor_host_gather (&host);
        mugai_doctor_host (list, &host);
    }
    const MugaiDoctorSite site = { .milter_socket = config->milter_socket,
                                   .output = host.limits.output,
                                   .read = read_table };
    bool good = check_files (options, &site, list, files);
    mugai_doctor_host_clear (&host);
    if (!good)
        return MUGAI_EXIT_USAGE;
    g_ptr_array_add (files, NULL);
    if (options->json)
        mugai_doctor_print_json (list, (const char *const *)files->pdata);
    else
        mugai_doctor_print_text (list);
    return mugai_doctor_count (list, MUGAI_DOCTOR_PROBLEM) > 0 ? MUGAI_EXIT_WITHHELD
                                                               : MUGAI_EXIT_OK;
}

int
mugai_cli_doctor (int argc, char **argv)
{
    g_autoptr (GError) error = NULL;
    Options options = { NULL };
    int code = parse (argc, argv, &options);

    if (code >= 0)
        return code;
    if (options.postfix == NULL && options.sendmail == NULL) {
        options.postfix = access (POSTFIX, F_OK) == 0 ? POSTFIX : NULL;
        options.sendmail = access (SENDMAIL, F_OK) == 0 ? SENDMAIL : NULL;
    }
    if (options.config == NULL && access (MUGAI_CLI_CONFIG, F_OK) == 0)
        options.config = MUGAI_CLI_CONFIG;
    g_autoptr (MugaiConfig) config = mugai_config_load (options.config, &error);
    if (config == NULL)
        return mugai_cli_error ("doctor", error);
    return examine (&options, config);
}
